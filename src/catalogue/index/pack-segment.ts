import { buildCollected } from "./build-segment.ts";
import { type Collected, createTokenCollector } from "./collect-tokens.ts";
import { createRowIndexer, type IndexRow } from "./indexed-image.ts";
import { openSpoolReader } from "./row-spool.ts";
import { type PackedPage, packPages } from "./segment-pages.ts";
import { partsOf, type SegmentPart } from "./segment.ts";

/** A segment that is built, to be stored. */
export interface PackedSegment {
  readonly size: number;
  readonly partBytes: readonly number[];
  readonly packed: readonly PackedPage[];
}

/** The images of a segment to be built, best first, whose rows are spooled. Plain values, which may be given to another thread. */
export interface SpooledSegment {
  /** Of the spool, and where in it rows are; see SpooledRows. */
  readonly file: number;
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
  readonly rows: Float64Array;
  /** See keyOf. */
  readonly keys: Float64Array;
  readonly families: Uint32Array;
  readonly latest: Uint8Array;
}

/** Builds segments beside whoever asks for them, one after the other. */
export interface SegmentBuilder {
  begin(segment: SpooledSegment): BegunSegment;
}

/** A segment that is built elsewhere. */
export interface BegunSegment {
  /** Whether there is nothing to wait for. */
  isDone(): boolean;
  /** Waits for it; undefined: it is lost. */
  take(): PackedSegment | undefined;
}

/** Builds a segment of rows that come one after the other, best first. None of them is kept. `size`: how many there will be. */
export function packRows(rows: Iterable<IndexRow>, size: number): PackedSegment {
  // What was collected takes more memory than what is built of it, and is given away.
  const parts = buildParts(collectRows(rows, size));
  return { size, partBytes: parts.map(({ data }) => data.byteLength), packed: packPages(parts) };
}

/** The same of spooled rows. */
export function packSpooled(segment: SpooledSegment): PackedSegment {
  return packRows(readSpooled(segment), segment.rows.length);
}

function collectRows(rows: Iterable<IndexRow>, size: number): Collected {
  const index = createRowIndexer();
  const collector = createTokenCollector(size);
  for (const row of rows) collector.add(index(row));
  return collector.done();
}

function buildParts(collected: Collected): SegmentPart[] {
  return partsOf(buildCollected(collected));
}

function* readSpooled(segment: SpooledSegment): Generator<IndexRow, void> {
  const { file, starts, lengths, rows, keys, families, latest } = segment;
  const read = openSpoolReader(file);
  for (let at = 0; at < rows.length; at++) {
    const image = { ...read(starts[at]!, lengths[at]!), row: rows[at]!, latest: latest[at] === 1 ? 1 : 0 } as const;
    yield { image, key: keys[at]!, family: families[at]! };
  }
}
