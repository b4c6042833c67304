import { readItems } from "../transport/reading/read-items.ts";
import { inPart, type Step } from "../transport/paging/walk.ts";
import { type Arm, armUrl, inLocation, listStep, readNames } from "./arm.ts";
import { marketplaceImage } from "./marketplace-image.ts";

/** Version lists give names alone, unless asked like this, as the az command does. */
const WITH_PROPERTIES = { $expand: "properties/imageDeprecationStatus" };

/**
 * All that the Marketplace offers in a location: publishers, each a part of its own, their offers, the SKUs of these, and
 * their versions.
 */
export function listMarketplace(arm: Arm): Step {
  const publishers = inLocation(arm, "/publishers");
  return listStep(arm, armUrl(arm, publishers), (items) => ({
    next: readNames(arm, items, publishers).map((name) => inPart(`publisher ${name}`, listPublisher(arm, name))),
  }));
}

function listPublisher(arm: Arm, publisher: string): Step {
  const offers = inLocation(arm, `/publishers/${encodeURIComponent(publisher)}/artifacttypes/vmimage/offers`);
  return listStep(arm, armUrl(arm, offers), (items) => ({
    next: readNames(arm, items, offers).map((offer) => {
      const skus = `${offers}/${encodeURIComponent(offer)}/skus`;
      return listStep(arm, armUrl(arm, skus), (found) => ({
        next: readNames(arm, found, skus).map((sku) => {
          const versions = armUrl(arm, `${skus}/${encodeURIComponent(sku)}/versions`, WITH_PROPERTIES);
          const schema = marketplaceImage({ publisher, offer, sku, location: arm.location });
          return listStep(arm, versions, (images) => readItems(schema, images));
        }),
      }));
    }),
  }));
}
