import type Database from "better-sqlite3";
import { newestFirstKey } from "../../version-order.ts";
import { bitsOf } from "./bits.ts";
import { dueTogether } from "./due-merges.ts";
import { type IndexRow, keyOf, openRowReader, PLACE, type PlaceColumns, type SegmentKind } from "./indexed-image.ts";
import { type PackedSegment, packRows } from "./pack-segment.ts";
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
 * a segment of its own, or several; small segments are merged into it.
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
  for (const placed of cutIntoSegments(placeRows(db, rows, kind)))
    insertPacked(db, { sourceId, kind }, packSegment(db, kind, placed));
}

/** Stores a segment for searches to look into. Frees it. */
export function insertPacked(
  db: Database.Database,
  of: Pick<NewSegment, "sourceId" | "kind">,
  { packed, partBytes, size }: PackedSegment,
): void {
  insertPages(db, insertSegment(db, { ...of, state: "live", size, partBytes }), packed);
  release(...packed.map(({ data }) => data));
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
  const idOf = (at: number): number => ids[at]!;
  const names = (of: readonly number[]): NamedImage[] => read(of).map((row) => ({ ...row, id: row.row }));
  const order = orderBest(keys.subarray(0, count), (tied) =>
    kind === "retired" ? tied.toSorted((a, b) => idOf(b) - idOf(a)) : orderByName(tied, idOf, names),
  );
  return Array.from(order, (at): PlacedRow => ({ row: ids[at]!, key: keys[at]! }));
}

/**
 * Where keys are, the greatest first. `orderTied` orders places with the same key: what tells of them takes too much memory to be
 * read of all.
 */
export function orderBest(keys: Float64Array, orderTied: (tied: readonly number[]) => readonly number[]): Uint32Array {
  const order = Uint32Array.from({ length: keys.length }, (_, at) => at).sort((a, b) => keys[b]! - keys[a]!);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && keys[order[to]!] === keys[order[from]!]) to++;
    if (to - from > 1) order.set(orderTied([...order.subarray(from, to)]), from);
  }
  return order;
}

/** What tells which of two images comes first where their keys do not. */
export interface NamedImage {
  readonly id: number;
  readonly name: string;
  readonly imageId: string;
}

/** Orders places by their images' versions, then by their ids. */
export function orderByName(
  places: readonly number[],
  idOf: (place: number) => number,
  readNames: (ids: readonly number[]) => readonly NamedImage[],
): number[] {
  const placeOf = new Map(places.map((place) => [idOf(place), place]));
  return readNames([...placeOf.keys()])
    .map(({ id, name, imageId }) => ({ place: placeOf.get(id) ?? 0, imageId, version: newestFirstKey(name) }))
    .toSorted((a, b) => compareTexts(a.version, b.version) || compareTexts(a.imageId, b.imageId))
    .map(({ place }) => place);
}

type ReadPlaces = (rows: readonly number[]) => PlaceColumns[];

function placeReader(db: Database.Database): ReadPlaces {
  const select = db.prepare<[string], PlaceColumns>(`SELECT ${PLACE} WHERE id IN (SELECT value FROM json_each(?))`);
  return (rows) => select.all(JSON.stringify(rows));
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

/** How many segments so many images are put into. */
export function segmentCount(images: number, most = MOST_IMAGES): number {
  return Math.ceil(images / most);
}

/** Segments of about the same size. */
export function cutIntoSegments(placed: readonly PlacedRow[]): PlacedRow[][] {
  const count = segmentCount(placed.length);
  const size = Math.ceil(placed.length / Math.max(1, count));
  return Array.from({ length: count }, (_, at) => placed.slice(at * size, (at + 1) * size));
}

/** Builds a segment from rows, given best first. */
export function packSegment(db: Database.Database, kind: SegmentKind, placed: readonly PlacedRow[]): PackedSegment {
  return packRows(readRows(db, kind, placed), placed.length);
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
