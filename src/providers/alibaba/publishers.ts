import type { Publisher } from "../publisher.ts";

const IMAGE_TYPES = "https://www.alibabacloud.com/help/en/ecs/user-guide/image-overview";

/** By Alibaba Cloud's own words for whose an image is. */
export const ALIBABA_PUBLISHERS: readonly Publisher[] = [
  { name: "Alibaba Cloud", trust: "official", source: IMAGE_TYPES, accounts: [], alias: "system" },
  { name: "Alibaba Marketplace", trust: "verified", source: IMAGE_TYPES, accounts: [], alias: "marketplace" },
];
