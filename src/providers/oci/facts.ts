import type { CloudFacts } from "../cloud-facts.ts";

export const ociFacts: CloudFacts = { searched: [], publicImages: "anybody" };
