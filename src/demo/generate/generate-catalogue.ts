import { type AccountImages, accountEntry } from "./account-images.ts";
import type { CatalogueEntry, DemoImage } from "./catalogue-image.ts";
import { createImageIds } from "./image-ids.ts";
import { createPublicImages, kernelImage, PUBLISHERS } from "./public-images.ts";
import { createRandom, hashNumbers, hashText } from "./random.ts";
import { createRegionLayout, type ImageKind } from "./region-layout.ts";

export interface RegionOptions {
  /** Public machine images. */
  readonly count: number;
  /** Public kernels and ramdisks on top; by default none. */
  readonly kernels?: number | undefined;
  readonly seed: number;
  /** `us-east-1`. Publishers' families are the same in all regions, ids are not. */
  readonly region: string;
  /** ISO 8601: nothing is newer. */
  readonly now?: string | undefined;
  /** ISO 8601, by default `now`: the day on which somebody looks. It changes deprecation times, and no name or id. */
  readonly today?: string | undefined;
  /** Their images come on top of `count`. */
  readonly accounts?: readonly AccountImages[] | undefined;
}

/** A region's images, each made when it is asked for: nothing is held, whatever the count. */
export interface GeneratedRegion {
  readonly region: string;
  /** When somebody looks. */
  readonly now: string;
  /** The public images have the positions below; the accounts' follow. */
  readonly publicSize: number;
  readonly size: number;
  /** The same position gives the same entry, always. Throws RangeError outside of 0 to `size` - 1. */
  entryAt(position: number): CatalogueEntry;
  /** Undefined for an id that is not of this region. */
  positionOf(imageId: string): number | undefined;
  /** Undefined for kernels and accounts' images. */
  kindAt(position: number): ImageKind | undefined;
  /** Whether a public image can be the account's: publishers' are, accounts' own are apart. */
  mayPublish(account: string): boolean;
}

const DEFAULT_NOW = "2026-09-01T00:00:00.000Z";

/** All images of a region, one by one: the public ones, then the accounts'. Same options, same images. */
export function* generateImages(options: RegionOptions): Generator<DemoImage> {
  const region = createGeneratedRegion(options);
  for (let position = 0; position < region.size; position++) yield region.entryAt(position).image;
}

export function createGeneratedRegion(options: RegionOptions): GeneratedRegion {
  const { count, seed, region, now = DEFAULT_NOW, today = now } = options;
  const until = Date.parse(now);
  const key = hashNumbers(seed, hashText(region));
  const ids = createImageIds(key);
  const layout = createRegionLayout(count, key);
  const publicImage = createPublicImages({ seed, key, until, today: Date.parse(today), ids, layout });
  const accountSlots = (options.accounts ?? []).flatMap(({ id, owned, shared }) =>
    Array.from({ length: owned + shared }, (_, i) => ({ account: id, shared: i >= owned })),
  );
  const publicSize = count + (options.kernels ?? 0);
  const size = publicSize + accountSlots.length;
  return {
    region,
    now: new Date(today).toISOString(),
    publicSize,
    size,
    entryAt,
    positionOf,
    kindAt: (position) => (position < count ? layout.placeOf(position).kind : undefined),
    mayPublish: (account) => account.startsWith("5") || PUBLISHERS.has(account),
  };

  function entryAt(position: number): CatalogueEntry {
    if (!(position >= 0 && position < size)) throw new RangeError(`no image ${position} among ${size}`);
    const random = createRandom(hashNumbers(key, position));
    const slot = accountSlots[position - publicSize];
    if (slot) return accountEntry({ ...slot, imageId: ids.long(position), until }, random);
    const image = position < count ? publicImage(position, random) : kernelImage(ids, position);
    return { image, sharedWith: [] };
  }

  function positionOf(imageId: string): number | undefined {
    const position = ids.positionOf(imageId);
    if (position === undefined || position >= size) return undefined;
    return entryAt(position).image.ImageId === imageId ? position : undefined;
  }
}
