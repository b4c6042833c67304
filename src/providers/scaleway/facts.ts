import { ANYBODY, type CloudFacts, OPERATOR, type OwnedImage, type PublishedBy } from "../cloud-facts.ts";
import { stateIn, textIn } from "../systems/said-facts.ts";
import { SCALEWAY_ORGANIZATION } from "./image.ts";

export const scalewayFacts: CloudFacts = {
  searched: ["root_volume.id"],
  publicImages: publisherOf,
  read({ name, extra }) {
    // What the Marketplace offers is Scaleway's own, and named by it.
    const label = textIn(extra["marketplace"], "label");
    return {
      system: label === null ? [] : [label, name],
      state: stateIn(textIn(extra, "state"), { pending: ["creating"] }),
    };
  },
};

/** The Marketplace names no owner. Users make images public too. */
function publisherOf({ ownerId }: OwnedImage): PublishedBy {
  return ownerId === null || ownerId === SCALEWAY_ORGANIZATION ? OPERATOR : ANYBODY;
}
