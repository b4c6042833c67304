import type { MachineImage } from "../../image.ts";
import { type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function linodeFacts({ name, visibility, extra }: MachineImage): SaidFacts {
  const isPublic = visibility === "public";
  return {
    system: [isPublic ? name : null, textIn(extra, "vendor")],
    state: stateIn(textIn(extra, "status"), { pending: ["creating", "pending_upload"] }),
  };
}
