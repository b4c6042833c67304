import type { CloudFacts } from "../cloud-facts.ts";
import { architectureIn } from "../systems/architectures.ts";
import { stateIn, textIn } from "../systems/said-facts.ts";

export const vultrFacts: CloudFacts = {
  searched: ["family"],
  publicImages: "operator",
  read({ name, visibility, platform, extra }) {
    const isPublic = visibility === "public";
    return {
      system: [isPublic ? name : null, platform],
      architecture: textIn(extra, "arch") ?? (isPublic ? architectureIn(name) : null),
      state: stateIn(textIn(extra, "status"), { available: ["available", "complete"], pending: ["pending"] }),
    };
  },
};
