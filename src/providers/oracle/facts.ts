import type { CloudFacts } from "../cloud-facts.ts";
import { architectureIn } from "../systems/architectures.ts";
import { joined, stateIn, textIn } from "../systems/said-facts.ts";

export const oracleFacts: CloudFacts = {
  searched: ["operating_system", "operating_system_version"],
  publicImages: "operator",
  read({ name, visibility, extra }) {
    const version = textIn(extra, "operating_system_version");
    return {
      system: [joined(textIn(extra, "operating_system"), version)],
      // Only Oracle's own images are named by a rule.
      architecture: architectureIn(version) ?? (visibility === "public" ? architectureIn(name) : null),
      state: stateIn(textIn(extra, "lifecycle_state"), {
        pending: ["provisioning", "importing", "exporting"],
        disabled: ["disabled"],
      }),
    };
  },
};
