import type { CloudFacts } from "../cloud-facts.ts";
import { joined, stateIn, textIn } from "../systems/said-facts.ts";

export const hetznerFacts: CloudFacts = {
  searched: ["os_flavor", "os_version"],
  publicImages: "operator",
  read({ extra }) {
    const flavor = textIn(extra, "os_flavor");
    return {
      system: [joined(flavor, textIn(extra, "os_version"))],
      distro: flavor,
      version: textIn(extra, "os_version"),
      state: stateIn(textIn(extra, "status"), { pending: ["creating"] }),
    };
  },
};
