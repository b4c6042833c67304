import type { CatalogueEntry, DemoImage } from "./catalogue-image.ts";
import type { GeneratedRegion } from "./generate-catalogue.ts";

/**
 * The images of a region as they are now: a generated region, or none, under the changes made since.
 * Images keep their positions, which a listing's tokens name, whatever comes and goes around them.
 */
export interface DemoCatalogue {
  readonly region: string;
  /** ISO 8601: what is deprecated by then is hidden from those who do not ask for it. */
  readonly now: string;
  /** Grows with every change. */
  readonly revision: number;
  /** Positions, those of removed images included. */
  readonly size: number;
  /** Undefined where the image was removed, and past the end. */
  entryAt(position: number): CatalogueEntry | undefined;
  find(imageId: string): CatalogueEntry | undefined;
  /** False, at no cost, for a position whose image the account neither owns nor is given. */
  mayBelong(position: number, account: string): boolean;
  /** Throws RangeError for an id that is there already. */
  add(image: DemoImage, sharedWith?: readonly string[]): void;
  /** Throws RangeError for an id that is not there, like `remove`. */
  replace(image: DemoImage, sharedWith?: readonly string[]): void;
  remove(imageId: string): void;
}

/** What lies under the changes. */
type Base = Omit<GeneratedRegion, "kindAt">;

/** A catalogue that starts with a generated region. */
export function createCatalogue(base: Base): DemoCatalogue {
  /** What differs from the base, and what comes after it; null for a removed image. */
  const changes = new Map<number, CatalogueEntry | null>();
  const added = new Map<string, number>();
  let size = base.size;
  let revision = 0;
  return {
    region: base.region,
    now: base.now,
    get revision() {
      return revision;
    },
    get size() {
      return size;
    },
    entryAt,
    find: (imageId) => entryAt(positionOf(imageId) ?? -1),
    mayBelong: (position, account) => position >= base.publicSize || changes.has(position) || base.mayPublish(account),
    add,
    replace: (image, sharedWith = []) => change(image.ImageId, { image, sharedWith }),
    remove: (imageId) => change(imageId, null),
  };

  function entryAt(position: number): CatalogueEntry | undefined {
    const changed = changes.get(position);
    if (changed !== undefined) return changed ?? undefined;
    return position >= 0 && position < base.size ? base.entryAt(position) : undefined;
  }

  function positionOf(imageId: string): number | undefined {
    return added.get(imageId) ?? base.positionOf(imageId);
  }

  function add(image: DemoImage, sharedWith: readonly string[] = []): void {
    const known = positionOf(image.ImageId);
    if (known !== undefined && entryAt(known)) throw new RangeError(`${image.ImageId} is there already`);
    const position = known ?? size++;
    if (known === undefined) added.set(image.ImageId, position);
    changes.set(position, { image, sharedWith });
    revision++;
  }

  function change(imageId: string, entry: CatalogueEntry | null): void {
    const position = positionOf(imageId);
    if (position === undefined || !entryAt(position)) throw new RangeError(`there is no ${imageId}`);
    changes.set(position, entry);
    revision++;
  }
}

/** A catalogue without a generated region under it: what is added is all there is. */
export function createEmptyCatalogue(region: string, now = "2026-09-01T00:00:00.000Z"): DemoCatalogue {
  return createCatalogue({
    region,
    now,
    publicSize: 0,
    size: 0,
    entryAt: (position) => {
      throw new RangeError(`no image ${position} among none`);
    },
    positionOf: () => undefined,
    mayPublish: () => true,
  });
}
