import type { CloudFacts } from "../cloud-facts.ts";
import { joined, stateIn, textIn } from "../systems/said-facts.ts";

export const ibmFacts: CloudFacts = {
  searched: [
    "operating_system.name",
    "operating_system.display_name",
    "operating_system.vendor",
    "operating_system.version",
  ],
  publicImages: "operator",
  read({ extra }) {
    const system = extra["operating_system"];
    const [name, title, family, version] = ["name", "display_name", "family", "version"].map((member) =>
      textIn(system, member),
    );
    return {
      system: [title, name, joined(family, version)],
      state: stateIn(textIn(extra, "status"), {
        available: ["available", "deprecated"],
        pending: ["pending", "tentative"],
        disabled: ["obsolete"],
      }),
    };
  },
};
