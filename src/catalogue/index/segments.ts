import type Database from "better-sqlite3";
import type { Connection } from "../file/connection.ts";
import { rowsOf, valuesOf } from "../file/statements.ts";
import { type Bits, clearBit, countBits, createFullBits } from "./bits.ts";
import type { SegmentKind } from "./indexed-image.ts";
import { lowerBound, type PageCache } from "./paged-array.ts";
import { pageReader } from "./segment-pages.ts";
import { openSegment, type Segment } from "./segment.ts";

/** A segment as a source has it at one moment. */
export interface LiveSegment {
  readonly id: number;
  readonly segment: Segment;
  /** Its documents that are still what the rows say. */
  readonly living: Bits;
  readonly deadCount: number;
}

interface SegmentRow {
  readonly id: number;
  readonly size: number;
  readonly deadCount: number;
}

/** The segments of one kind of a source, the largest first. Of those that are known only what died since is read. */
export function readSegments(
  { sqlite: db }: Connection,
  sourceId: number,
  kind: SegmentKind,
  cache: PageCache,
  known: readonly LiveSegment[] = [],
): LiveSegment[] {
  const select = `SELECT id, size, dead_count AS deadCount FROM search_segments
    WHERE source_id = ? AND kind = ? AND state = 'live' ORDER BY size DESC, id`;
  return rowsOf<SegmentRow>(db, select)
    .all(sourceId, kind)
    .map((row) => {
      const open = known.find(({ id }) => id === row.id);
      if (open?.deadCount === row.deadCount) return open;
      const segment = open?.segment ?? openStored(db, row, cache);
      return { id: row.id, segment, living: readLiving(db, row), deadCount: row.deadCount };
    });
}

function openStored(db: Database.Database, { id, size }: SegmentRow, cache: PageCache): Segment {
  const bytes: readonly number[] = JSON.parse(
    valuesOf<string>(db, "SELECT part_bytes FROM search_segments WHERE id = ?").get(id) ?? "[]",
  );
  return openSegment(size, bytes, (part, kind) => pageReader(db, id, { part, kind, bytes: bytes[part] ?? 0 }), cache);
}

function readLiving(db: Database.Database, { id, size, deadCount }: SegmentRow): Bits {
  const living = createFullBits(size);
  const dead =
    deadCount === 0 ? null : valuesOf<Buffer | null>(db, "SELECT dead FROM search_segments WHERE id = ?").get(id);
  if (dead) for (let at = 0; at < living.length; at++) living[at]! &= ~dead.readUInt32LE(4 * at);
  return living;
}

export function liveCount({ segment, deadCount }: LiveSegment): number {
  return segment.size - deadCount;
}

/** The document of a row, dead or not; undefined where the segment has none. */
export function docOfRow({ rows: all, docsByRow, size }: Segment, row: number): number | undefined {
  const sorted = { length: size, at: (index: number): number => all.at(docsByRow.at(index)) };
  const at = lowerBound(sorted, row);
  if (at === size || sorted.at(at) !== row) return undefined;
  return docsByRow.at(at);
}

/** Marks the documents of some rows as dead, in the caller's transaction. Others of the rows are none of its. */
export function markDead(db: Database.Database, open: LiveSegment, gone: Iterable<number>): void {
  const living = open.living.slice();
  for (const row of gone) {
    const doc = docOfRow(open.segment, row);
    if (doc !== undefined) clearBit(living, doc);
  }
  const deadCount = open.segment.size - countBits(living);
  if (deadCount === open.deadCount) return;
  writeDead(db, open.id, living, deadCount);
}

function writeDead(db: Database.Database, id: number, living: Bits, deadCount: number): void {
  const dead = Buffer.alloc(4 * living.length);
  living.forEach((element, at) => dead.writeUInt32LE(~element >>> 0, 4 * at));
  db.prepare<[Buffer, number, number]>("UPDATE search_segments SET dead = ?, dead_count = ? WHERE id = ?").run(
    dead,
    deadCount,
    id,
  );
}
