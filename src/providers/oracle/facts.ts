import type { MachineImage } from "../../image.ts";
import { architectureIn } from "../systems/architectures.ts";
import { joined, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function oracleFacts({ name, visibility, extra }: MachineImage): SaidFacts {
  const version = textIn(extra, "operating_system_version");
  return {
    system: [joined(textIn(extra, "operating_system"), version)],
    // Only Oracle's own images are named by a rule.
    architecture: architectureIn(version) ?? (visibility === "public" ? architectureIn(name) : null),
    state: stateIn(textIn(extra, "lifecycle_state"), {
      pending: ["provisioning", "importing", "exporting"],
      disabled: ["disabled"],
    }),
  };
}
