import { ANYBODY, type CloudFacts, type OwnedImage, type PublishedBy } from "../cloud-facts.ts";
import { dockerFacts } from "../docker/facts.ts";

/** Whom Docker vouches for: https://docs.docker.com/docker-hub/image-library/trusted-content/ */
const BADGES: ReadonlySet<string> = new Set(["verified_publisher", "open_source"]);

export const dockerhubFacts: CloudFacts = { ...dockerFacts, publicImages: publisherOf };

function publisherOf({ ownerId: namespace, ownerAlias: badge }: OwnedImage): PublishedBy {
  if (badge === "official") return { name: "Docker Official Images", trust: "official" };
  return BADGES.has(badge ?? "") ? { name: namespace, trust: "verified" } : ANYBODY;
}
