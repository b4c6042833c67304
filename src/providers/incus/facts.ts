import type { CloudFacts } from "../cloud-facts.ts";
import { joined, textIn } from "../systems/said-facts.ts";

export const incusFacts: CloudFacts = {
  searched: [],
  publicImages: "anybody",
  read({ extra }) {
    const properties = extra["properties"];
    const [os, version, release] = ["os", "version", "release"].map((name) => textIn(properties, name));
    return { system: [joined(os, version), joined(os, release)], distro: os, version };
  },
};
