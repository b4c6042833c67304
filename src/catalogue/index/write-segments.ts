import type Database from "better-sqlite3";
import { newestFirstKey } from "../../version-order.ts";
import { bitsOf } from "./bits.ts";
import type { Collected } from "./collect-tokens.ts";
import { dueTogether } from "./due-merges.ts";
import { type IndexRow, keyOf, openRowReader, PLACE, type PlaceColumns, type SegmentKind } from "./indexed-image.ts";
import { collectRows, packCollected, type PackedSegment, type SegmentBuilder } from "./pack-segment.ts";
import { release } from "./numbers.ts";
import { PageCache } from "./paged-array.ts";
import { deletePages, insertPages } from "./segment-pages.ts";
import { liveCount, type LiveSegment, markDead, readSegments } from "./segments.ts";

/** A segment of more images would take much memory while it is built, and long to merge. */
export const MOST_IMAGES = 50_000;

/** A commit merges small segments itself up to so many images: more of them take longer than a commit may. */
const MERGED_AT_ONCE = 2_000;

/** Memory for pages while a commit looks its rows up. */
const CACHE_BYTES = 4 * 1024 * 1024;

/**
 * Takes rows out of a source's index and puts others in, in the caller's transaction. A row that changed is in both. What comes is
 * a segment of its own, or several; small segments are merged into it. `beside`: see SegmentWriting.
 */
export function changeIndex(
  db: Database.Database,
  sourceId: number,
  kind: SegmentKind,
  { gone, come }: { readonly gone: readonly number[]; readonly come: readonly number[] },
  beside?: SegmentBuilder,
): void {
  if (gone.length + come.length === 0) return;
  const cache = new PageCache(CACHE_BYTES);
  const before = readSegments({ sqlite: db }, sourceId, kind, cache);
  for (const open of before) markDead(db, open, gone);
  const after = readSegments({ sqlite: db }, sourceId, kind, cache, before);
  const bySize = after.map((open) => ({ open, live: liveCount(open) })).toSorted((a, b) => a.live - b.live);
  const merged = dueTogether(bySize, come.length, MERGED_AT_ONCE).map(({ open }) => open);
  const rows = [...come, ...merged.flatMap(livingRows)];
  dropSegments(db, merged);
  for (const { id } of merged) deletePages(db, id);
  writeSegments(db, sourceId, kind, rows, { beside });
}

/** The rows of a segment that it is still right about. */
export function livingRows({ segment, living }: LiveSegment): number[] {
  return Array.from(bitsOf(living), (doc) => segment.rows.at(doc));
}

/** How rows are put into segments. */
export interface SegmentWriting {
  /** Builds every other one of several. */
  readonly beside?: SegmentBuilder | undefined;
  /** Images of a segment; MOST_IMAGES by default. */
  readonly most?: number;
}

/** Puts rows into segments, in the caller's transaction. */
export function writeSegments(
  db: Database.Database,
  sourceId: number,
  kind: SegmentKind,
  rows: readonly number[],
  { beside, most }: SegmentWriting = {},
): void {
  const insert = ({ packed, partBytes, size }: PackedSegment): void => {
    insertPages(db, insertSegment(db, { sourceId, kind, state: "live", size, partBytes }), packed);
    release(...packed.map(({ data }) => data));
  };
  const all = cutIntoSegments(placeRows(db, rows, kind), most);
  for (let at = 0; at < all.length; at += 2) {
    const [one = [], other] = all.slice(at, at + 2);
    const begun = other && beside?.begin(collectPlaced(db, kind, one));
    if (!begun) insert(packSegment(db, kind, one));
    const built = other && packSegment(db, kind, other);
    if (begun) insert(begun() ?? packSegment(db, kind, one));
    if (built) insert(built);
  }
}

/** Rows with their places, best first. Rows that there are not any more are left out. */
export function placeRows(db: Database.Database, rows: readonly number[], kind: SegmentKind): PlacedRow[] {
  const read = placeReader(db);
  const [ids, keys] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  let count = 0;
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    for (const row of read(rows.slice(at, at + ROWS_AT_ONCE))) {
      ids[count] = row.row;
      keys[count++] = keyOf(row, kind);
    }
  }
  const order = Uint32Array.from({ length: count }, (_, at) => at).sort((a, b) => keys[b]! - keys[a]!);
  const placed = Array.from(order, (at): PlacedRow => ({ row: ids[at]!, key: keys[at]! }));
  for (let from = 0, to = 0; from < count; from = to) {
    while (to < count && placed[to]!.key === placed[from]!.key) to++;
    if (to - from > 1) orderTied(read, placed, { from, to }, kind);
  }
  return placed;
}

type ReadPlaces = (rows: readonly number[]) => PlaceColumns[];

function placeReader(db: Database.Database): ReadPlaces {
  const select = db.prepare<[string], PlaceColumns>(`SELECT ${PLACE} WHERE id IN (SELECT value FROM json_each(?))`);
  return (rows) => select.all(JSON.stringify(rows));
}

/** Orders rows with the same key. Only their names and ids tell, which take too much memory to be read of all. */
function orderTied(
  read: ReadPlaces,
  placed: PlacedRow[],
  { from, to }: { readonly from: number; readonly to: number },
  kind: SegmentKind,
): void {
  const key = placed[from]!.key;
  const rows = placed.slice(from, to).map(({ row }) => row);
  const ordered = kind === "retired" ? rows.toSorted((a, b) => b - a) : byName(read(rows));
  ordered.forEach((row, at) => (placed[from + at] = { row, key }));
}

/** Rows by version, then by id. */
function byName(rows: readonly PlaceColumns[]): number[] {
  return rows
    .map(({ row, name, imageId }) => ({ row, imageId, version: newestFirstKey(name) }))
    .toSorted((a, b) => compareTexts(a.version, b.version) || compareTexts(a.imageId, b.imageId))
    .map(({ row }) => row);
}

const ROWS_AT_ONCE = 10_000;

/** A row with its place. */
export interface PlacedRow {
  readonly row: number;
  /** See keyOf. */
  readonly key: number;
}

/** The order of two texts, character by character. */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Segments of about the same size. */
export function cutIntoSegments(placed: readonly PlacedRow[], most = MOST_IMAGES): PlacedRow[][] {
  const count = Math.ceil(placed.length / most);
  const size = Math.ceil(placed.length / Math.max(1, count));
  return Array.from({ length: count }, (_, at) => placed.slice(at * size, (at + 1) * size));
}

/** Builds a segment from rows, given best first. */
export function packSegment(db: Database.Database, kind: SegmentKind, placed: readonly PlacedRow[]): PackedSegment {
  return packCollected(() => collectPlaced(db, kind, placed));
}

function collectPlaced(db: Database.Database, kind: SegmentKind, placed: readonly PlacedRow[]): Collected {
  return collectRows(readRows(db, kind, placed), placed.length);
}

function* readRows(db: Database.Database, kind: SegmentKind, placed: readonly PlacedRow[]): Generator<IndexRow, void> {
  const read = openRowReader(db, kind);
  for (const { row, key } of placed) {
    const image = read(row, key);
    if (!image) throw new Error(`the image of row ${row} went while it was indexed`);
    yield image;
  }
}

export interface NewSegment {
  readonly sourceId: number;
  readonly kind: SegmentKind;
  readonly state: "building" | "live";
  readonly size: number;
  readonly partBytes: readonly number[];
}

/** Returns the segment's id, which none had before: whoever keeps pages in memory keeps them by it. */
export function insertSegment(db: Database.Database, { partBytes, ...segment }: NewSegment): number {
  const insert = db.prepare<[Record<string, unknown>]>(
    `INSERT INTO search_segments (source_id, kind, state, size, dead_count, part_bytes)
     VALUES (@sourceId, @kind, @state, @size, 0, @partBytes)`,
  );
  return Number(insert.run({ ...segment, partBytes: JSON.stringify(partBytes) }).lastInsertRowid);
}

/** Nobody finds them any more; their pages are swept later. */
export function dropSegments(db: Database.Database, segments: readonly { readonly id: number }[]): void {
  const remove = db.prepare<[number]>("DELETE FROM search_segments WHERE id = ?");
  for (const { id } of segments) remove.run(id);
}
