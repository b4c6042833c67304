import type { MachineImage } from "../../image.ts";
import { architectureIn } from "../systems/architectures.ts";
import { type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function vultrFacts({ name, visibility, platform, extra }: MachineImage): SaidFacts {
  const isPublic = visibility === "public";
  return {
    system: [isPublic ? name : null, platform],
    architecture: textIn(extra, "arch") ?? (isPublic ? architectureIn(name) : null),
    state: stateIn(textIn(extra, "status"), { available: ["available", "complete"], pending: ["pending"] }),
  };
}
