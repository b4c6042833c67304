import type { MachineImage } from "../../image.ts";
import { type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function alibabaFacts({ extra, platform }: MachineImage): SaidFacts {
  return {
    system: [textIn(extra, "os_name_en"), textIn(extra, "os_name"), platform],
    state: stateIn(textIn(extra, "status"), {
      available: ["available", "deprecated"],
      pending: ["creating", "waiting"],
      disabled: ["unavailable"],
    }),
  };
}
