import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { deprecatedSinceEver, isoTime } from "../transport/reading/image-times.ts";
import { lenientProperties, lowerCase, memberOf, type Properties, wordsOf } from "./properties.ts";

/** Where in the Marketplace a version stands. */
export interface Shelf {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  readonly location: string;
}

const item = z.object({
  name: z.string().min(1),
  tags: lenientProperties.nullish(),
  properties: lenientProperties,
});

/**
 * Reads a version. Id (the URN), name, and the first of `extra` are those of Apache Libcloud's `AzureImage`. The
 * resource's own id is left out: it holds the subscription of whoever happened to ask.
 */
export function marketplaceImage(shelf: Shelf): z.ZodType<MachineImage> {
  const { publisher, offer, sku, location } = shelf;
  return item.transform(({ name: version, tags, properties: facts }) => {
    return {
      id: [publisher, offer, sku, version].join(":"),
      name: [publisher, offer, sku, version].join(" "),
      description: null,
      ownerId: publisher,
      ownerAlias: null,
      platform: lowerCase(memberOf(facts["osDiskImage"], "operatingSystem")),
      architecture: lowerCase(facts["architecture"]),
      visibility: "public",
      owned: false,
      createdAt: null,
      deprecatedAt: deprecatedAt(facts),
      keywords: wordsOf(facts["plan"], tags ?? {}),
      extra: { publisher, offer, sku, version, location, ...(tags && { tags }), ...facts },
    };
  });
}

function deprecatedAt(facts: Properties): string | null {
  const status = facts["imageDeprecationStatus"];
  const isDeprecated = memberOf(status, "imageState") === "Deprecated";
  return isoTime(memberOf(status, "scheduledDeprecationTime")) ?? (isDeprecated ? deprecatedSinceEver(null) : null);
}
