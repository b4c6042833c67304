import type { MachineImage } from "../../image.ts";
import { joined, type SaidFacts, textIn } from "../systems/said-facts.ts";

export function incusFacts({ extra }: MachineImage): SaidFacts {
  const properties = extra["properties"];
  const [os, version, release] = ["os", "version", "release"].map((name) => textIn(properties, name));
  return { system: [joined(os, version), joined(os, release)], distro: os, version };
}
