import { z } from "zod";
import type { JsonValue, MachineImage, Visibility } from "../../image.ts";
import { isoTime } from "../transport/image-times.ts";
import { lowerCase, memberOf, type Properties, wordsOf } from "./image-facts.ts";

/** A definition in a gallery (ARM's word is image): what all of its versions have in common. */
export interface Definition {
  readonly gallery: string;
  readonly name: string;
  readonly properties: Properties;
}

/** How a gallery came to be listed. */
export interface GalleryView {
  readonly ownerId: string;
  readonly visibility: Visibility;
  readonly owned: boolean;
}

const properties = z.record(z.string(), z.json()).nullish();

export const definitionItem = z.object({ id: z.string().optional(), name: z.string().min(1), properties });

const versionItem = z.object({
  id: z.string().optional(),
  name: z.string().min(1),
  location: z.string().optional(),
  tags: z.record(z.string(), z.json()).nullish(),
  identifier: z.object({ uniqueId: z.string().min(1) }).optional(),
  properties,
});

/**
 * Reads a version of an image in a gallery. Its id is what a new machine is given: ARM's own in the subscription's
 * galleries, the unique id in those of others.
 */
export function galleryImage(definition: Definition, view: GalleryView): z.ZodType<MachineImage> {
  return versionItem.transform((version, context) => {
    const id = version.identifier?.uniqueId ?? version.id;
    if (!id) {
      context.addIssue("expected an id");
      return z.NEVER;
    }
    const facts: Properties = version.properties ?? {};
    const common = definition.properties;
    // In the subscription's own galleries these stand one deeper.
    const published = facts["publishingProfile"] ?? facts;
    return {
      id,
      name: `${definition.gallery} ${definition.name} ${version.name}`,
      description: textOf(common["description"]),
      ...view,
      ownerAlias: textOf(memberOf(common["identifier"], "publisher")),
      platform: lowerCase(common["osType"]),
      architecture: lowerCase(common["architecture"]),
      createdAt: isoTime(memberOf(published, "publishedDate")),
      deprecatedAt: isoTime(memberOf(published, "endOfLifeDate")) ?? isoTime(common["endOfLifeDate"]),
      keywords: wordsOf(common["identifier"], common["purchasePlan"], version.tags ?? {}, common["artifactTags"]),
      extra: {
        gallery: definition.gallery,
        definition: definition.name,
        version: version.name,
        location: version.location ?? null,
        tags: version.tags ?? null,
        ...common,
        ...facts,
      },
    };
  });
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
