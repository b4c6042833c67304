import type { MachineImage } from "../../image.ts";
import { type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

/** `SUSE Linux` is SUSE's name for its enterprise system, there alone. */
const SUSE = /^SUSE Linux/;

export function ec2Facts({ extra, platform }: MachineImage): SaidFacts {
  const details = textIn(extra, "platform_details")?.replace(SUSE, "SLES") ?? null;
  return {
    system: [details, platform],
    state: stateIn(textIn(extra, "state"), {
      pending: ["pending", "transient"],
      disabled: ["disabled"],
    }),
  };
}
