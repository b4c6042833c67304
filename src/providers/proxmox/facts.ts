import type { MachineImage } from "../../image.ts";
import { type SaidFacts, textIn } from "../systems/said-facts.ts";

export function proxmoxFacts({ platform, extra }: MachineImage): SaidFacts {
  // Of a container the distribution; `l26` and `win11` stand for several systems each.
  const kind = textIn(extra, "ostype");
  const isContainer = kind !== null && !/^(l2\d|w|solaris|other|unmanaged)/.test(kind);
  return { system: [isContainer ? kind : platform], distro: isContainer ? kind : null };
}
