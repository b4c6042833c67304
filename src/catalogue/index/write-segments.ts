import type Database from "better-sqlite3";
import { newestFirstKey } from "../../version-order.ts";
import { bitsOf } from "./bits.ts";
import { dueTogether } from "./due-merges.ts";
import { type IndexRow, keyOf, openRowReader, PLACE, type PlaceColumns, type SegmentKind } from "./indexed-image.ts";
import { createSegmentPacker, type PackedSegment } from "./pack-segment.ts";
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
 * a segment of its own; small segments are merged into it.
 */
export function changeIndex(
  db: Database.Database,
  sourceId: number,
  kind: SegmentKind,
  { gone, come }: { readonly gone: readonly number[]; readonly come: readonly number[] },
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
  writeSegments(db, sourceId, kind, rows);
}

/** The rows of a segment that it is still right about. */
export function livingRows({ segment, living }: LiveSegment): number[] {
  return Array.from(bitsOf(living), (doc) => segment.rows.at(doc));
}

/** Puts rows into segments, in the caller's transaction. */
export function writeSegments(
  db: Database.Database,
  sourceId: number,
  kind: SegmentKind,
  rows: readonly number[],
): void {
  for (const placed of cutIntoSegments(placeRows(db, rows, kind))) {
    const { packed, partBytes, size } = packSegment(db, kind, placed);
    insertPages(db, insertSegment(db, { sourceId, kind, state: "live", size, partBytes }), packed);
  }
}

/** Rows with their places, best first. Rows that there are not any more are left out. */
export function placeRows(db: Database.Database, rows: readonly number[], kind: SegmentKind): PlacedRow[] {
  const select = db.prepare<[string], PlaceColumns>(`SELECT ${PLACE} WHERE id IN (SELECT value FROM json_each(?))`);
  const placed: SortedRow[] = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    for (const row of select.all(JSON.stringify(rows.slice(at, at + ROWS_AT_ONCE))))
      placed.push({ row: row.row, imageId: row.imageId, name: row.name, key: keyOf(row, kind), version: undefined });
  placed.sort((a, b) => b.key - a.key || comparePlaced(a, b, kind));
  // Without the names, which would be held until all rows are read again.
  return placed.map(({ row, key }) => ({ row, key }));
}

const ROWS_AT_ONCE = 10_000;

/** A row with its place. */
export interface PlacedRow {
  readonly row: number;
  /** See keyOf. */
  readonly key: number;
}

interface SortedRow extends PlacedRow {
  readonly imageId: string;
  readonly name: string;
  /** Worked out where another row has the same key. */
  version: string | undefined;
}

/** The order of rows with the same key. */
function comparePlaced(a: SortedRow, b: SortedRow, kind: SegmentKind): number {
  if (kind === "retired") return b.row - a.row;
  a.version ??= newestFirstKey(a.name);
  b.version ??= newestFirstKey(b.name);
  return compareTexts(a.version, b.version) || compareTexts(a.imageId, b.imageId);
}

/** The order of two texts, character by character. */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Segments of about the same size. */
export function cutIntoSegments(placed: readonly PlacedRow[]): PlacedRow[][] {
  const count = Math.ceil(placed.length / MOST_IMAGES);
  const size = Math.ceil(placed.length / Math.max(1, count));
  return Array.from({ length: count }, (_, at) => placed.slice(at * size, (at + 1) * size));
}

/** Builds a segment from rows, given best first. */
export function packSegment(db: Database.Database, kind: SegmentKind, placed: readonly PlacedRow[]): PackedSegment {
  const packer = createSegmentPacker(placed.length);
  for (const row of readRows(db, kind, placed)) packer.add(row);
  return packer.done();
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
