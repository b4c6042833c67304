import { z } from "zod";
import type { Visibility } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import { type Step, walk } from "../transport/walk.ts";
import { type Arm, armUrl, inLocation, inSubscription, listStep, locationName } from "./arm.ts";
import { definitionItem, galleryImage, type GalleryView } from "./gallery-image.ts";
import { locationOf, managedImage } from "./managed-image.ts";

/**
 * What only this subscription sees in its location: its own images, its galleries, and those shared with it. An image
 * that is shared in two ways comes once.
 */
export async function* listOwnImages(arm: Arm, atOnce: number): AsyncGenerator<ImagePage> {
  const { client } = arm;
  const shared = [listSharedGalleries(arm), listSharedGalleries(arm, "tenant")];
  const seen = new Set<string>();
  for await (const page of walk([listManagedImages(arm), listOwnGalleries(arm), ...shared], { client, atOnce })) {
    const images = page.images.filter(({ id }) => !seen.has(id));
    for (const { id } of images) seen.add(id);
    yield { ...page, images };
  }
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

const gallery = z.object({
  id: z.string().startsWith("/"),
  name: z.string().min(1),
  properties: z.object({ sharingProfile: z.object({ permissions: z.string().optional() }).nullish() }).nullish(),
});

function listOwnGalleries(arm: Arm): Step {
  const galleries = inSubscription(arm, "/galleries");
  return listStep(arm, armUrl(arm, galleries), (items) => ({
    next: readAnswer(z.array(gallery), items, { client: arm.client, what: galleries }).map(({ id, name, properties }) =>
      listGallery(arm, {
        path: id,
        name,
        view: {
          ownerId: arm.subscription,
          visibility: visibilityOf(properties?.sharingProfile?.permissions),
          owned: true,
        },
        isHere: (version) => isReplicatedTo(arm.location, version),
      }),
    ),
  }));
}

function visibilityOf(permissions: string | undefined): Visibility {
  switch (permissions?.toLowerCase()) {
    case "community":
      return "community";
    case "groups":
      return "shared";
    default:
      return "private";
  }
}

const sharedGallery = z.object({ name: z.string().min(1), identifier: z.object({ uniqueId: z.string() }).nullish() });

/** Galleries are shared with subscriptions or with all of a tenant, and listed the one way or the other. */
function listSharedGalleries(arm: Arm, sharedTo?: "tenant"): Step {
  const galleries = inLocation(arm, "/sharedGalleries");
  const query = sharedTo === undefined ? {} : { sharedTo };
  return listStep(arm, armUrl(arm, galleries, query), (items) => ({
    next: readAnswer(z.array(sharedGallery), items, { client: arm.client, what: galleries }).map(
      ({ name, identifier }) => {
        const uniqueName = identifier?.uniqueId.split("/").at(-1) ?? name;
        return listGallery(arm, {
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
  readonly path: string;
  readonly name: string;
  readonly query?: { readonly [name: string]: string };
  readonly view: GalleryView;
  readonly isHere: (version: unknown) => boolean;
}

function listGallery(arm: Arm, { path, name, query = {}, view, isHere }: Gallery): Step {
  const images = `${path}/images`;
  return listStep(arm, armUrl(arm, images, query), (items) => ({
    next: readAnswer(z.array(definitionItem), items, { client: arm.client, what: images }).map((definition) => {
      const schema = galleryImage(
        { gallery: name, name: definition.name, properties: definition.properties ?? {} },
        view,
      );
      const versions = armUrl(arm, `${images}/${encodeURIComponent(definition.name)}/versions`, query);
      return listStep(arm, versions, (found) => readItems(schema, found.filter(isHere)));
    }),
  }));
}

const replicated = z.object({
  properties: z.object({
    publishingProfile: z.object({ targetRegions: z.array(z.object({ name: z.string() })).min(1) }),
  }),
});

/** Galleries are listed by subscription: a version can be used in the regions it was copied to. */
function isReplicatedTo(location: string, version: unknown): boolean {
  const read = replicated.safeParse(version);
  if (!read.success) return locationName(locationOf(version) ?? location) === location;
  return read.data.properties.publishingProfile.targetRegions.some(({ name }) => locationName(name) === location);
}
