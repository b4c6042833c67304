import { buildCollected } from "./build-segment.ts";
import { createTokenCollector, type TokenCollector } from "./collect-tokens.ts";
import { createRowIndexer, type IndexRow } from "./indexed-image.ts";
import { type PackedPage, packPages } from "./segment-pages.ts";
import { partsOf, type SegmentPart } from "./segment.ts";

/** A segment that is built, to be stored. */
export interface PackedSegment {
  readonly size: number;
  readonly partBytes: readonly number[];
  readonly packed: readonly PackedPage[];
}

/** Builds a segment from rows that come one after the other, best first. None of them is kept. */
export interface SegmentPacker {
  add(row: IndexRow): void;
  done(): PackedSegment;
}

/** `size`: how many rows there will be. */
export function createSegmentPacker(size: number): SegmentPacker {
  const index = createRowIndexer();
  let collector: TokenCollector | undefined = createTokenCollector(size);
  const build = (): SegmentPart[] => {
    const collected = collector?.done();
    // What was collected takes more memory than what is built of it.
    collector = undefined;
    return collected ? partsOf(buildCollected(collected)) : [];
  };
  return {
    add: (row) => collector?.add(index(row)),
    done() {
      const parts = build();
      return { size, partBytes: parts.map(({ data }) => data.byteLength), packed: packPages(parts) };
    },
  };
}
