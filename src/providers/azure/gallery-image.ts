import { z } from "zod";
import type { JsonValue, MachineImage, Visibility } from "../../image.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { lenientProperties, lowerCase, memberOf, type Properties, wordsOf } from "./properties.ts";

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

export const definitionItem = z.object({ name: z.string().min(1), properties: lenientProperties });

const text = z.string().min(1);

const versionItem = z.object({
  id: text.optional().catch(undefined),
  name: text.optional().catch(undefined),
  location: lenientText,
  tags: lenientProperties.nullish(),
  identifier: z.object({ uniqueId: text }).optional().catch(undefined),
  properties: lenientProperties,
});

/**
 * Reads a version of an image in a gallery. Its id is what a new machine is given: ARM's own in the subscription's
 * galleries, the unique id in those of others.
 */
export function galleryImage(definition: Definition, view: GalleryView): z.ZodType<MachineImage> {
  return versionItem.transform((version, context) => {
    const id = idOf(version);
    if (!id) {
      context.addIssue("expected an id");
      return z.NEVER;
    }
    const { properties: facts, name = id.slice(id.lastIndexOf("/") + 1) } = version;
    const common = definition.properties;
    // In the subscription's own galleries these stand one deeper.
    const published = facts["publishingProfile"] ?? facts;
    return {
      id,
      name: `${definition.gallery} ${definition.name} ${name}`,
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
        version: name,
        location: version.location,
        tags: version.tags ?? null,
        ...common,
        ...facts,
      },
    };
  });
}

function idOf({ identifier, id }: z.infer<typeof versionItem>): string | undefined {
  return identifier?.uniqueId ?? id;
}

/** The id of a version that cannot be read. */
export function versionId(version: unknown): string | undefined {
  const read = versionItem.safeParse(version);
  return read.success ? idOf(read.data) : undefined;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
