import type { MachineImage } from "../../image.ts";
import { joined, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function hetznerFacts({ extra }: MachineImage): SaidFacts {
  const flavor = textIn(extra, "os_flavor");
  return {
    system: [joined(flavor, textIn(extra, "os_version"))],
    distro: flavor,
    version: textIn(extra, "os_version"),
    state: stateIn(textIn(extra, "status"), { pending: ["creating"] }),
  };
}
