import { z } from "zod";
import { ProviderError } from "../../errors.ts";
import type { JsonValue, Visibility } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { inPart, type Step, walk } from "../transport/paging/walk.ts";
import { type Arm, armUrl, inLocation, inSubscription, listStep, locationName } from "./arm.ts";
import { definitionItem, galleryImage, type GalleryView, versionId } from "./gallery-image.ts";
import { lenientProperties, lowerCase, memberOf } from "./properties.ts";
import { locationOf, managedImage } from "./managed-image.ts";

/**
 * What only this subscription sees in its location: its own images, its galleries, and those shared with it. An image
 * that is shared in two ways comes once.
 */
export async function* listOwnImages(arm: Arm, atOnce: number): AsyncGenerator<ImagePage> {
  const { client } = arm;
  const roots = [
    inPart("images", listManagedImages(arm)),
    unlessForbidden("galleries", listOwnGalleries(arm)),
    unlessForbidden("shared galleries", listSharedGalleries(arm)),
    unlessForbidden("tenant galleries", listSharedGalleries(arm, "tenant")),
  ];
  const seen = new Set<string>();
  for await (const page of walk(roots, { client, atOnce })) {
    const images = page.images.filter(({ id }) => !seen.has(id));
    for (const { id } of images) seen.add(id);
    yield { ...page, images };
  }
}

/**
 * A list of galleries, each a part of its own. Where the principal may not see the list, it is the part that is outside the
 * view; with any other failure nobody knows which galleries there are, and which of those that were listed before are not.
 */
function unlessForbidden(part: string, step: Step): Step {
  return async () => {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ProviderError) || error.reason !== "forbidden") throw error;
      return { next: [inPart(part, () => Promise.reject(error))] };
    }
  };
}

function listManagedImages(arm: Arm): Step {
  const schema = managedImage(arm.subscription);
  return listStep(arm, armUrl(arm, inSubscription(arm, "/images")), (items) => {
    const here = items.filter((item) => {
      const location = locationOf(item);
      return location === null || locationName(location) === arm.location;
    });
    return readItems(schema, here);
  });
}

const gallery = z.object({ id: z.string().startsWith("/"), name: z.string().min(1), properties: lenientProperties });

function listOwnGalleries(arm: Arm): Step {
  const galleries = inSubscription(arm, "/galleries");
  return listStep(arm, armUrl(arm, galleries), (items) => ({
    next: readAnswer(z.array(gallery), items, { client: arm.client, what: galleries }).map(({ id, name, properties }) =>
      listGallery(arm, {
        part: `gallery ${name}`,
        path: id,
        name,
        view: {
          ownerId: arm.subscription,
          visibility: visibilityOf(memberOf(properties["sharingProfile"], "permissions")),
          owned: true,
        },
        isHere: (version) => isReplicatedTo(arm.location, version),
      }),
    ),
  }));
}

function visibilityOf(permissions: JsonValue | undefined): Visibility {
  switch (lowerCase(permissions)) {
    case "community":
      return "community";
    case "groups":
      return "shared";
    default:
      return "private";
  }
}

const sharedGallery = z.object({
  name: z.string().min(1),
  identifier: lenientRecord.pipe(z.object({ uniqueId: lenientText })),
});

/** Galleries are shared with subscriptions or with all of a tenant, and listed the one way or the other. */
function listSharedGalleries(arm: Arm, sharedTo?: "tenant"): Step {
  const galleries = inLocation(arm, "/sharedGalleries");
  const query = sharedTo === undefined ? {} : { sharedTo };
  return listStep(arm, armUrl(arm, galleries, query), (items) => ({
    next: readAnswer(z.array(sharedGallery), items, { client: arm.client, what: galleries }).map(
      ({ name, identifier }) => {
        const uniqueName = identifier.uniqueId?.split("/").at(-1) || name;
        return listGallery(arm, {
          part: `${sharedTo ?? "shared"} gallery ${uniqueName}`,
          path: `${galleries}/${encodeURIComponent(uniqueName)}`,
          name,
          query,
          view: { ownerId: uniqueName, visibility: "shared", owned: false },
          isHere: () => true,
        });
      },
    ),
  }));
}

interface Gallery {
  readonly part: string;
  readonly path: string;
  readonly name: string;
  readonly query?: { readonly [name: string]: string };
  readonly view: GalleryView;
  readonly isHere: (version: unknown) => boolean;
}

function listGallery(arm: Arm, { part, path, name, query = {}, view, isHere }: Gallery): Step {
  const images = `${path}/images`;
  const list = listStep(arm, armUrl(arm, images, query), (items) => ({
    next: readAnswer(z.array(definitionItem), items, { client: arm.client, what: images }).map((definition) => {
      const schema = galleryImage({ gallery: name, name: definition.name, properties: definition.properties }, view);
      const versions = armUrl(arm, `${images}/${encodeURIComponent(definition.name)}/versions`, query);
      return listStep(arm, versions, (found) => readItems(schema, found.filter(isHere), versionId));
    }),
  }));
  return inPart(part, list);
}

const placed = z.object({ location: jsonValue.optional(), properties: jsonValue.optional() });

/**
 * Galleries are listed by subscription: a version can be used in the regions it was copied to. One of which that cannot be
 * read may be here.
 */
function isReplicatedTo(location: string, version: unknown): boolean {
  const read = placed.safeParse(version);
  if (!read.success) return true;
  const regions = memberOf(memberOf(read.data.properties, "publishingProfile"), "targetRegions") ?? [];
  if (!Array.isArray(regions)) return true;
  const known: readonly JsonValue[] = regions.length > 0 ? regions : [{ name: read.data.location ?? location }];
  return known.map((region) => memberOf(region, "name")).some((name) => isIn(location, name));
}

function isIn(location: string, name: JsonValue | undefined): boolean {
  return typeof name !== "string" || locationName(name) === location;
}
