import type { CloudFacts } from "../cloud-facts.ts";
import { stateIn, textIn } from "../systems/said-facts.ts";

export const linodeFacts: CloudFacts = {
  searched: ["vendor"],
  publicImages: "operator",
  read({ name, visibility, extra }) {
    const isPublic = visibility === "public";
    return {
      system: [isPublic ? name : null, textIn(extra, "vendor")],
      state: stateIn(textIn(extra, "status"), { pending: ["creating", "pending_upload"] }),
    };
  },
};
