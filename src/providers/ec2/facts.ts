import type { CloudFacts } from "../cloud-facts.ts";
import { EC2_PUBLISHERS } from "./publishers.ts";
import { stateIn, textIn } from "../systems/said-facts.ts";

/** `SUSE Linux` is SUSE's name for its enterprise system, there alone. */
const SUSE = /^SUSE Linux/;

export const ec2Facts: CloudFacts = {
  searched: ["platform", "platform_details", "block_device_mapping.*.ebs.snapshot_id"],
  publishers: EC2_PUBLISHERS,
  // EC2 accounts stay who they are, whoever may see an image of theirs.
  publishersOfPrivate: true,
  publicImages: "anybody",
  read({ extra, platform }) {
    const details = textIn(extra, "platform_details")?.replace(SUSE, "SLES") ?? null;
    return {
      system: [details, platform],
      state: stateIn(textIn(extra, "state"), {
        pending: ["pending", "transient"],
        disabled: ["disabled"],
      }),
    };
  },
};
