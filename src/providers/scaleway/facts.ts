import type { MachineImage } from "../../image.ts";
import { type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function scalewayFacts({ name, extra }: MachineImage): SaidFacts {
  // What the Marketplace offers is Scaleway's own, and named by it.
  const label = textIn(extra["marketplace"], "label");
  return {
    system: label === null ? [] : [label, name],
    state: stateIn(textIn(extra, "state"), { pending: ["creating"] }),
  };
}
