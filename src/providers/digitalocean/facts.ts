import type { MachineImage } from "../../image.ts";
import { architectureIn } from "../systems/architectures.ts";
import { joined, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function digitaloceanFacts({ name, visibility, extra }: MachineImage): SaidFacts {
  const [slug, distribution] = [textIn(extra, "slug"), textIn(extra, "distribution")];
  const isPublic = visibility === "public";
  return {
    system: [slug, isPublic ? joined(distribution, name) : null, distribution],
    architecture: architectureIn(slug) ?? (isPublic ? architectureIn(name) : null),
    state: stateIn(textIn(extra, "status"), { pending: ["new", "pending"], disabled: ["retired"] }),
  };
}
