import type { MachineImage } from "../../image.ts";
import { joined, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function ibmFacts({ extra }: MachineImage): SaidFacts {
  const system = extra["operating_system"];
  const [name, title, family, version] = ["name", "display_name", "family", "version"].map((member) =>
    textIn(system, member),
  );
  return {
    system: [title, name, joined(family, version)],
    state: stateIn(textIn(extra, "status"), {
      available: ["available", "deprecated"],
      pending: ["pending", "tentative"],
      disabled: ["obsolete"],
    }),
  };
}
