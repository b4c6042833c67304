import type { CloudFacts } from "../cloud-facts.ts";

export const libvirtFacts: CloudFacts = { searched: ["format"], publicImages: "anybody" };
