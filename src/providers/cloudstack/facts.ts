import type { ImageState, MachineImage } from "../../image.ts";
import type { CloudFacts } from "../cloud-facts.ts";
import { textIn } from "../systems/said-facts.ts";

export const cloudstackFacts: CloudFacts = {
  searched: ["os", "format"],
  publicImages: "anybody",
  read({ extra }) {
    return { system: [textIn(extra, "os")], state: stateOf(extra) };
  },
};

/** A template that is not ready is on its way, unless it says that it will not come. */
function stateOf(extra: MachineImage["extra"]): ImageState {
  if (extra["isready"] !== false) return "available";
  return /error|fail|abandon|not found/i.test(textIn(extra, "status") ?? "") ? "failed" : "pending";
}
