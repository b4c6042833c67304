import type { Statement } from "better-sqlite3";
import type { MachineImage } from "../image.ts";
import { boundTexts, isOversized, reduceImage } from "./bound-image.ts";
import { columnsOf, digestOf, type ImageColumns } from "./columns.ts";
import { digestIn, openKnownItems, stageFingerprints, withFingerprint, type KnownItems } from "./known-items.ts";
import type { Catalogue } from "./open-catalogue.ts";

/** A listing under way: nobody else sees it, and it is gone with its connection, however that ends. */
export interface ListingStage {
  readonly sourceId: number;
  readonly catalogue: Catalogue;
  /** Images of the source before this listing. */
  readonly presentBefore: number;
  /** What need not be read again. */
  readonly known: KnownItems;
  /** Takes a page. An image listed twice counts once, the later word counts. */
  add(images: readonly MachineImage[], of?: StagedPage): void;
  /** Takes all that the source had before, as it was. */
  addPresent(): void;
  /** Whether an image with this id was listed. */
  isListed(imageId: string): boolean;
  /** Distinct images so far. */
  listed(): number;
  /** Whether an image with this row id was listed unchanged. */
  isUnchanged(rowId: number): boolean;
  readonly cuts: ImageCuts;
}

/** What a page is beside its images. */
export interface StagedPage {
  /** Of the source, where it has parts. */
  readonly part?: string | undefined;
  /** What tells the items of images, by id. */
  readonly fingerprints?: ReadonlyMap<string, string> | undefined;
  /** Items that are known. */
  readonly unread?: readonly string[] | undefined;
}

/** How many images came that were too large to be kept as they are. */
export interface ImageCuts {
  /** Over MOST_IMAGE_BYTES: a row that is there stays as it was, a new one has what the image is, without what it says. */
  oversized: number;
  /** Kept with shorter texts, which is what searches look into. */
  shortened: number;
}

/** What of a row tells whether a listed image is unchanged. */
interface KnownImage {
  readonly id: number;
  readonly digest: string;
  readonly part: string | null;
  readonly retired: 0 | 1;
}

/** Staged images beyond this are on disk, in SQLite's temporary file. */
const STAGE_CACHE_KIB = 4 * 1024;

/** The columns of `temp.staged`, those of ImageColumns. */
export const STAGED_COLUMNS = [
  "image_id",
  "part",
  "name",
  "folded_name",
  "description",
  "owner_id",
  "owner_alias",
  "publisher",
  "trust",
  "platform",
  "architecture",
  "root_device_type",
  "visibility",
  "created_at",
  "deprecated_at",
  "family_name",
  "keywords",
  "extra",
  "digest",
] as const satisfies readonly (keyof ImageColumns)[];

/**
 * Starts to stage a listing of one source on a connection of its own. New and changed images go to a
 * temporary table; of unchanged ones (equal digests) only one bit is kept.
 */
export function stageListing(catalogue: Catalogue, source: { id: number; provider: string }): ListingStage {
  const { sqlite } = catalogue;
  sqlite.pragma(`temp.cache_size = -${STAGE_CACHE_KIB}`);
  sqlite.exec(
    `CREATE TEMP TABLE staged (${STAGED_COLUMNS.join(", ")}); CREATE UNIQUE INDEX temp.staged_by_id ON staged (image_id)`,
  );
  const known: Statement<[number, string], KnownImage> = sqlite.prepare(
    "SELECT id, digest, part, retired_at IS NOT NULL AS retired FROM images WHERE source_id = ? AND image_id = ?",
  );
  const stage = sqlite.prepare<[ImageColumns]>(
    `INSERT OR REPLACE INTO temp.staged (${STAGED_COLUMNS.join(", ")}) VALUES (${STAGED_COLUMNS.map((c) => `@${c}`).join(", ")})`,
  );
  const unstage = sqlite.prepare<[string]>("DELETE FROM temp.staged WHERE image_id = ?");
  const stagedCount = sqlite.prepare<[], number>("SELECT count(*) FROM temp.staged").pluck();
  const present = sqlite
    .prepare<[number], number>("SELECT id FROM images WHERE source_id = ? AND position IS NOT NULL")
    .pluck();
  const unchanged = createBits();

  const staged = sqlite.prepare<[string], number>("SELECT 1 FROM temp.staged WHERE image_id = ?").pluck();

  const cuts: ImageCuts = { oversized: 0, shortened: 0 };

  const items = openKnownItems(sqlite, source.id);
  const fingerprints = stageFingerprints(sqlite);
  /** Ids of images in the catalogue that are staged, by row. */
  const restaged = new Map<number, string>();

  const keep = (rowId: number): void => {
    const isStaged = restaged.get(rowId);
    if (isStaged !== undefined) unstage.run(isStaged);
    restaged.delete(rowId);
    unchanged.add(rowId);
  };
  const take = (image: MachineImage, part: string | null, fingerprint: string | undefined): void => {
    const before = known.get(source.id, image.id);
    const present = before?.retired ? undefined : before;
    const isWhole = !isOversized(image);
    if (!isWhole) cuts.oversized++;
    if (!isWhole && present) return keep(present.id);
    const whole = isWhole ? image : reduceImage(image);
    const bounded = boundTexts(whole);
    if (bounded) cuts.shortened++;
    const digest = digestOf(whole);
    // What is cut is read each time, for the run to say so.
    const stored = withFingerprint(digest, isWhole && !bounded ? fingerprint : undefined);
    if (present && digestIn(present.digest) === digest && present.part === part) {
      if (fingerprint !== undefined && present.digest !== stored) fingerprints.note(present.id, stored);
      return keep(present.id);
    }
    if (before) {
      unchanged.delete(before.id);
      fingerprints.forget(before.id);
      restaged.set(before.id, image.id);
    }
    stage.run(columnsOf(bounded ?? whole, source.provider, stored, part));
  };
  const takeAll = sqlite.transaction((images: readonly MachineImage[], page: StagedPage) => {
    for (const fingerprint of page.unread ?? []) {
      const rowId = items.rowOf(fingerprint);
      if (rowId !== undefined) keep(rowId);
    }
    for (const image of images) take(image, page.part ?? null, page.fingerprints?.get(image.id));
  });

  return {
    sourceId: source.id,
    catalogue,
    presentBefore: countPresent(catalogue, source.id),
    known: items,
    add: (images, of = {}) => takeAll.deferred(images, of),
    addPresent() {
      for (const id of present.iterate(source.id)) unchanged.add(id);
    },
    isListed(imageId) {
      if (staged.get(imageId) !== undefined) return true;
      const row = known.get(source.id, imageId);
      return row !== undefined && unchanged.has(row.id);
    },
    listed: () => unchanged.size() + (stagedCount.get() ?? 0),
    isUnchanged: unchanged.has,
    cuts,
  };
}

function countPresent({ sqlite }: Catalogue, sourceId: number): number {
  const select = "SELECT count(*) FROM images WHERE source_id = ? AND position IS NOT NULL";
  return sqlite.prepare<[number], number>(select).pluck().get(sourceId) ?? 0;
}

interface Bits {
  /** Whether it was not there before. */
  add(at: number): boolean;
  delete(at: number): void;
  has(at: number): boolean;
  size(): number;
}

/** A set of row ids in one bit each. */
function createBits(): Bits {
  let bytes = new Uint8Array(1 << 16);
  let size = 0;
  const has = (at: number): boolean => ((bytes[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  return {
    add(at) {
      if (has(at)) return false;
      if (at >> 3 >= bytes.length) {
        const grown = new Uint8Array((at >> 2) + 1);
        grown.set(bytes);
        bytes = grown;
      }
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
      size++;
      return true;
    },
    delete(at) {
      if (!has(at)) return;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) & ~(1 << (at & 7));
      size--;
    },
    has,
    size: () => size,
  };
}
