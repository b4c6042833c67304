import type { CloudFacts } from "../cloud-facts.ts";

export const dockerFacts: CloudFacts = {
  searched: [],
  publicImages: "anybody",
  read({ platform }) {
    return { system: [platform] };
  },
};
