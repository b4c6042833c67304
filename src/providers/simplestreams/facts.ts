import type { MachineImage } from "../../image.ts";
import { joined, type SaidFacts, textIn } from "../systems/said-facts.ts";

export function simplestreamsFacts({ extra }: MachineImage): SaidFacts {
  const [os, version, release] = ["os", "version", "release"].map((name) => textIn(extra, name));
  return {
    system: [joined(os, version), joined(os, release), joined(os, textIn(extra, "release_title"))],
    distro: os,
    version,
  };
}
