import { deflateRawSync, inflateRawSync } from "node:zlib";
import type Database from "better-sqlite3";
import { valuesOf } from "../file/statements.ts";
import { release } from "./numbers.ts";
import { PAGE_BYTES, type ReadPage } from "./paged-array.ts";
import type { PartKind, SegmentPart } from "./segment.ts";
import { fromSteps, MOST_STEP_BYTES, toSteps } from "./steps.ts";

/** A page's row number holds its segment, the part of the segment, and the page of the part. */
const PAGES = 2 ** 16;
const PARTS = 2 ** 8;

function pageId(segment: number, part = 0, page = 0): number {
  return (segment * PARTS + part) * PAGES + page;
}

/** A page as it is stored. */
export interface PackedPage {
  readonly part: number;
  readonly page: number;
  readonly data: Uint8Array;
}

/** As quick as the lowest level, and smaller by 3 %. Zstandard packs as small, but Node takes twice as long to unpack a page. */
const PACKING = { level: 4, memLevel: 9 };

/** A page of fewer bytes is not worth packing. */
const FEWEST_PACKED = 512;

/**
 * Cuts parts into pages. Those that get no smaller are stored as they are: their length tells. Frees the parts; all pages of one lie
 * in the same memory.
 */
export function packPages(parts: readonly SegmentPart[]): PackedPage[] {
  return parts.flatMap(({ kind, data }, part) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const raw = Array.from({ length: Math.ceil(bytes.length / PAGE_BYTES) }, (_, page) =>
      bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES),
    );
    if (kind === "plain") return raw.map((each, page) => ({ part, page, data: each }));
    const packed = joined(raw.map((each) => pack(each, kind)));
    release(data);
    return packed.map((each, page) => ({ part, page, data: each }));
  });
}

/** Buffers one after the other in memory of their own. */
function joined(buffers: readonly Buffer[]): Buffer[] {
  const all = Buffer.from(new ArrayBuffer(buffers.reduce((sum, { length }) => sum + length, 0)));
  let end = 0;
  return buffers.map((each) => {
    all.set(each, end);
    return all.subarray(end, (end += each.length));
  });
}

function pack(raw: Buffer, kind: PartKind): Buffer {
  if (raw.length < FEWEST_PACKED) return raw;
  const packed = deflateRawSync(kind === "steps" ? toSteps(numbersOf(raw)) : raw, PACKING);
  return packed.length < raw.length ? packed : raw;
}

function numbersOf({ buffer, byteOffset, length }: Buffer): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length / Uint32Array.BYTES_PER_ELEMENT);
}

export function insertPages(db: Database.Database, segment: number, pages: readonly PackedPage[]): void {
  const insert = db.prepare<[number, Uint8Array]>("INSERT INTO search_pages (id, data) VALUES (CAST(? AS INTEGER), ?)");
  for (const { part, page, data } of pages) insert.run(pageId(segment, part, page), data);
}

/** A page that is not as it was written: the file is damaged. */
export class DamagedIndexError extends Error {
  override name = "DamagedIndexError";
}

/** Throws what zlib throws; undefined where it is no page of so many bytes. */
function unpack(data: Buffer, kind: PartKind, length: number): Uint8Array | undefined {
  if (data.length === length) return data;
  if (kind === "plain") return undefined;
  const maxOutputLength = kind === "steps" ? MOST_STEP_BYTES : PAGE_BYTES;
  const bytes = inflateRawSync(data, { chunkSize: PAGE_BYTES, maxOutputLength });
  if (kind !== "steps") return bytes.length === length ? bytes : undefined;
  const numbers = fromSteps(bytes, length / Uint32Array.BYTES_PER_ELEMENT);
  return numbers && new Uint8Array(numbers.buffer);
}

/** Reads the pages of a part of a segment that takes so many bytes. */
export function pageReader(
  db: Database.Database,
  segment: number,
  { part, kind, bytes }: { readonly part: number; readonly kind: PartKind; readonly bytes: number },
): ReadPage {
  return (page) => {
    const data = valuesOf<Buffer>(db, "SELECT data FROM search_pages WHERE id = CAST(? AS INTEGER)").get(
      pageId(segment, part, page),
    );
    const what = `page ${page} of part ${part}`;
    if (!data) throw new DamagedIndexError(`search segment ${segment} lacks ${what}`);
    const length = Math.min(PAGE_BYTES, bytes - page * PAGE_BYTES);
    let unpacked: Uint8Array | undefined;
    try {
      unpacked = unpack(data, kind, length);
    } catch (cause) {
      throw new DamagedIndexError(`${what} of search segment ${segment} cannot be unpacked`, { cause });
    }
    if (!unpacked) throw new DamagedIndexError(`search segment ${segment} has a wrong ${what}`);
    return unpacked;
  };
}

/** Removes the pages of a small segment. */
export function deletePages(db: Database.Database, segment: number): void {
  db.prepare<[number, number]>(
    "DELETE FROM search_pages WHERE id >= CAST(? AS INTEGER) AND id < CAST(? AS INTEGER)",
  ).run(pageId(segment), pageId(segment + 1));
}

/** Page numbers that no segment has: from the first up to the second. */
function gapsOf(db: Database.Database): [number, number][] {
  const ids = db.prepare<[], number>("SELECT id FROM search_segments ORDER BY id").pluck().all();
  const afterLast = Math.floor(Number.MAX_SAFE_INTEGER / (PARTS * PAGES));
  return [...ids, afterLast].map((id, at) => [pageId((ids[at - 1] ?? -1) + 1), pageId(id)]);
}

/** Whether there are pages of segments that there are not any more. */
export function hasStrayPages(db: Database.Database): boolean {
  const stray = db.prepare<[number, number]>(
    "SELECT 1 FROM search_pages WHERE id >= CAST(? AS INTEGER) AND id < CAST(? AS INTEGER) LIMIT 1",
  );
  return gapsOf(db).some((gap) => stray.get(...gap) !== undefined);
}

/** Removes such pages, at most so many; returns how many went. */
export function sweepPages(db: Database.Database, most: number): number {
  const remove = db.prepare<[number, number, number]>(
    `DELETE FROM search_pages WHERE id IN (SELECT id FROM search_pages
       WHERE id >= CAST(? AS INTEGER) AND id < CAST(? AS INTEGER) LIMIT CAST(? AS INTEGER))`,
  );
  let removed = 0;
  for (const gap of gapsOf(db)) if (removed < most) removed += remove.run(...gap, most - removed).changes;
  return removed;
}
