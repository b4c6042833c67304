import { buildCollected } from "./build-segment.ts";
import { type Collected, createTokenCollector } from "./collect-tokens.ts";
import { createRowIndexer, type IndexRow } from "./indexed-image.ts";
import { type PackedPage, packPages } from "./segment-pages.ts";
import { partsOf, type SegmentPart } from "./segment.ts";

/** A segment that is built, to be stored. */
export interface PackedSegment {
  readonly size: number;
  readonly partBytes: readonly number[];
  readonly packed: readonly PackedPage[];
}

/** Builds segments beside whoever asks for them. */
export interface SegmentBuilder {
  /** Begins to build one, of which nobody else may use anything any more. What it returns waits for it; undefined: it is lost. */
  begin(collected: Collected): () => PackedSegment | undefined;
}

/** Takes rows apart that come one after the other, best first. None of them is kept. `size`: how many there will be. */
export function collectRows(rows: Iterable<IndexRow>, size: number): Collected {
  const index = createRowIndexer();
  const collector = createTokenCollector(size);
  for (const row of rows) collector.add(index(row));
  return collector.done();
}

/** Builds the segment of what a function gives away: what was collected takes more memory than what is built of it. */
export function packCollected(collect: () => Collected): PackedSegment {
  const { size, parts } = buildParts(collect());
  return { size, partBytes: parts.map(({ data }) => data.byteLength), packed: packPages(parts) };
}

function buildParts(collected: Collected): { readonly size: number; readonly parts: SegmentPart[] } {
  return { size: collected.size, parts: partsOf(buildCollected(collected)) };
}
