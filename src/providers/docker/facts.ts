import type { MachineImage } from "../../image.ts";
import type { SaidFacts } from "../systems/said-facts.ts";

export function dockerFacts({ platform }: MachineImage): SaidFacts {
  return { system: [platform] };
}
