import type { CloudFacts } from "../cloud-facts.ts";
import { textIn } from "../systems/said-facts.ts";

export const proxmoxFacts: CloudFacts = {
  searched: ["format"],
  publicImages: "anybody",
  read({ platform, extra }) {
    // Of a container the distribution; `l26` and `win11` stand for several systems each.
    const kind = textIn(extra, "ostype");
    const isContainer = kind !== null && !/^(l2\d|w|solaris|other|unmanaged)/.test(kind);
    return { system: [isContainer ? kind : platform], distro: isContainer ? kind : null };
  },
};
