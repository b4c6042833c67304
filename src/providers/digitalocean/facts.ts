import type { MachineImage } from "../../image.ts";
import { architectureIn } from "../systems/architectures.ts";
import { joined, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function digitaloceanFacts({ name, visibility, extra }: MachineImage): SaidFacts {
  const [slug, distribution] = [textIn(extra, "slug"), textIn(extra, "distribution")];
  const isPublic = visibility === "public";
  // `24.04 (LTS) x64` needs its distribution; `MongoDB 6.0` has a version of its own.
  const named = /^v?\d/.test(name ?? "") ? joined(distribution, name) : name;
  return {
    system: [slug, isPublic ? named : null, distribution],
    architecture: architectureIn(slug) ?? (isPublic ? architectureIn(name) : null),
    state: stateIn(textIn(extra, "status"), { pending: ["new", "pending"], disabled: ["retired"] }),
  };
}
