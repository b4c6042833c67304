import type { CloudFacts } from "../cloud-facts.ts";
import { joined, textIn } from "../systems/said-facts.ts";

export const simplestreamsFacts: CloudFacts = {
  searched: [],
  publicImages: "anybody",
  read({ extra }) {
    const [os, version, release] = ["os", "version", "release"].map((name) => textIn(extra, name));
    return {
      system: [joined(os, version), joined(os, release), joined(os, textIn(extra, "release_title"))],
      distro: os,
      version,
    };
  },
};
