import type { CloudFacts } from "../cloud-facts.ts";
import { ALIBABA_PUBLISHERS } from "./publishers.ts";
import { stateIn, textIn } from "../systems/said-facts.ts";

export const alibabaFacts: CloudFacts = {
  searched: ["os_type", "platform", "disk_device_mappings.*.snapshot_id", "disk_device_mappings.*.format"],
  publishers: ALIBABA_PUBLISHERS,
  publicImages: "anybody",
  read({ extra, platform }) {
    return {
      system: [textIn(extra, "os_name_en"), textIn(extra, "os_name"), platform],
      state: stateIn(textIn(extra, "status"), {
        available: ["available", "deprecated"],
        pending: ["creating", "waiting"],
        disabled: ["unavailable"],
      }),
    };
  },
};
