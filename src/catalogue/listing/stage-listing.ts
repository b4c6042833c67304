import type Database from "better-sqlite3";
import type { Statement } from "better-sqlite3";
import type { MachineImage } from "../../image.ts";
import { columnsOf, digestOf } from "../facts/columns-of.ts";
import { cutImage, type DerivedPage, type ImageCuts } from "./derive-page.ts";
import { digestIn, openKnownItems, stageFingerprints, withFingerprint, type StoredItems } from "./known-items.ts";
import type { RowSpool } from "../index/row-spool.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { createExtraSplitter, openSharing } from "./shared-extra.ts";
import { openStagedRows, type StagedRows } from "./staged-rows.ts";

/** A listing under way: nobody else sees it, and it is gone with its connection, however that ends. */
export interface ListingStage {
  readonly sourceId: number;
  readonly catalogue: Catalogue;
  /** Images of the source before this listing. */
  readonly presentBefore: number;
  /** Whether the source has no image, not even a retired one. */
  readonly isFirst: boolean;
  /** Of a first listing: the rows that are staged, for its index. */
  readonly spool: RowSpool | undefined;
  /** What need not be read again. */
  readonly known: StoredItems;
  /** Takes a page. An image listed twice counts once, the later word counts. */
  add(images: readonly MachineImage[], of?: StagedPage): void;
  /** The same of one that is worked out. Only for a first listing: its images are compared with none. */
  addDerived(page: DerivedPage): void;
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

interface ListedSource {
  readonly id: number;
  readonly provider: string;
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

/** What of a row tells whether a listed image is unchanged. */
interface ImageBefore {
  readonly id: number;
  readonly digest: string;
  readonly part: string | null;
  readonly retired: 0 | 1;
}

/**
 * Starts to stage a listing of one source on a connection of its own. New and changed images go to a
 * temporary table; of unchanged ones (equal digests) only one bit is kept. `spoolOfFirst` takes the rows of a first listing.
 */
export function stageListing(catalogue: Catalogue, source: ListedSource, spoolOfFirst?: RowSpool): ListingStage {
  const { sqlite } = catalogue;
  const known: Statement<[number, string], ImageBefore> = sqlite.prepare(
    "SELECT id, digest, part, retired_at IS NOT NULL AS retired FROM images WHERE source_id = ? AND image_id = ?",
  );
  const spool = hasRows(sqlite, source.id) ? undefined : spoolOfFirst;
  const staged = openStagedRows(sqlite, spool);
  const [split, share] = [createExtraSplitter(), openSharing(sqlite)];
  const unchanged = createBits();
  const cuts: ImageCuts = { oversized: 0, shortened: 0 };
  const items = openKnownItems(sqlite, source.id);
  const fingerprints = stageFingerprints(sqlite);
  const imageIdOf = sqlite.prepare<[number], string>("SELECT image_id FROM images WHERE id = ?").pluck();
  /** Rows of images in the catalogue that are staged. Not their ids: one that was cut out of its page holds the whole page. */
  const restaged = new Set<number>();

  const keep = (rowId: number): void => {
    if (restaged.delete(rowId)) staged.remove(imageIdOf.get(rowId) ?? "");
    unchanged.add(rowId);
  };
  const take = (image: MachineImage, part: string | null, fingerprint: string | undefined): void => {
    const before = known.get(source.id, image.id);
    const present = before?.retired ? undefined : before;
    const { whole, bounded, isCut } = cutImage(image, cuts);
    if (whole !== image && present) return keep(present.id);
    const digest = digestOf(whole);
    // What is cut is read each time, for the run to say so.
    const stored = withFingerprint(digest, isCut ? undefined : fingerprint);
    if (present && digestIn(present.digest) === digest && present.part === part) {
      if (fingerprint !== undefined && present.digest !== stored) fingerprints.note(present.id, stored);
      return keep(present.id);
    }
    if (before) {
      unchanged.delete(before.id);
      fingerprints.forget(before.id);
      restaged.add(before.id);
    }
    staged.add(columnsOf(bounded, source.provider, stored, part), share(split(bounded.extra)));
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
    isFirst: !hasRows(sqlite, source.id),
    spool,
    add: (images, of = {}) => takeAll.deferred(images, of),
    addDerived: sqlite.transaction((page) => takeDerived(page, staged, share, cuts)),
    addPresent: () => presentRows(catalogue, source.id).forEach(unchanged.add),
    // No row has the id 0.
    isListed: (imageId) => staged.has(imageId) || unchanged.has(known.get(source.id, imageId)?.id ?? 0),
    listed: () => unchanged.size() + staged.count(),
    isUnchanged: unchanged.has,
    cuts,
  };
}

function takeDerived(
  page: DerivedPage,
  staged: StagedRows,
  share: ReturnType<typeof openSharing>,
  cuts: ImageCuts,
): void {
  for (const { columns, extra } of page.images) staged.add(columns, share(extra));
  cuts.oversized += page.cuts.oversized;
  cuts.shortened += page.cuts.shortened;
}

export function hasRows(sqlite: Database.Database, sourceId: number): boolean {
  return sqlite.prepare<[number]>("SELECT 1 FROM images WHERE source_id = ? LIMIT 1").get(sourceId) !== undefined;
}

function presentRows({ sqlite }: Catalogue, sourceId: number): number[] {
  const select = "SELECT id FROM images WHERE source_id = ? AND position IS NOT NULL";
  return sqlite.prepare<[number], number>(select).pluck().all(sourceId);
}

function countPresent({ sqlite }: Catalogue, sourceId: number): number {
  const select = "SELECT count(*) FROM images WHERE source_id = ? AND position IS NOT NULL";
  return sqlite.prepare<[number], number>(select).pluck().get(sourceId) ?? 0;
}

interface StagedBits {
  /** Whether it was not there before. */
  add(at: number): boolean;
  delete(at: number): void;
  has(at: number): boolean;
  size(): number;
}

/** A set of row ids in one bit each. */
function createBits(): StagedBits {
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
