import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { lenientProperties, lowerCase, memberOf, wordsOf } from "./properties.ts";

const item = z.object({
  id: z.string().min(1),
  name: lenientText,
  location: lenientText,
  tags: lenientProperties.nullish(),
  properties: lenientProperties,
});

/** Reads an image that stands in the subscription itself, outside of any gallery. */
export function managedImage(subscription: string): z.ZodType<MachineImage> {
  return item.transform(({ id, name, location, tags, properties }) => {
    const osDisk = memberOf(properties["storageProfile"], "osDisk");
    return {
      id,
      name: name || null,
      description: null,
      ownerId: subscription,
      ownerAlias: null,
      platform: lowerCase(memberOf(osDisk, "osType")),
      architecture: null,
      visibility: "private",
      owned: true,
      createdAt: null,
      deprecatedAt: null,
      keywords: wordsOf(tags ?? {}),
      extra: { location, tags: tags ?? null, ...properties },
    };
  });
}

const located = z.object({ location: z.string() });

/** Where it is; null when it does not say. */
export function locationOf(image: unknown): string | null {
  const read = located.safeParse(image);
  return read.success ? read.data.location : null;
}
