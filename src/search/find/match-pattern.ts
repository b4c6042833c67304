import { type Bits, bitsWithin, clearBit, createFullBits, intersect } from "../../catalogue/index/bits.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import { hasInOrder } from "../term/parse-term.ts";

/** A search for the living documents that hold pieces in one order in one text. */
export interface PatternSearch {
  readonly pieces: readonly string[];
  /** The candidates; before `next`, only documents that match. */
  readonly match: Bits;
  /** The next document to examine. */
  next: number;
}

/** The index finds the documents that have all pieces; only their texts tell the order. */
export function beginPattern(
  open: LiveSegment,
  pieces: readonly string[],
  matchOf: (piece: string) => Bits,
): PatternSearch {
  const match = createFullBits(open.segment.size);
  for (const piece of pieces) intersect(match, matchOf(piece));
  if (pieces.length > 1) intersect(match, open.living);
  return { pieces, match, next: pieces.length > 1 ? 0 : open.segment.size };
}

/**
 * Continues a search to its end. `textsOf` reads the texts of a row. `looked` is called after each document and may throw; the
 * next call continues from there.
 */
export function finishPattern(
  search: PatternSearch,
  open: LiveSegment,
  { textsOf, looked }: { readonly textsOf: (row: number) => Iterable<string>; readonly looked: () => void },
): Bits {
  const { match, pieces } = search;
  for (const doc of bitsWithin(match, search.next, open.segment.size)) {
    if (!someHas(textsOf(open.segment.rows.at(doc)), pieces)) clearBit(match, doc);
    search.next = doc + 1;
    looked();
  }
  search.next = open.segment.size;
  return match;
}

function someHas(texts: Iterable<string>, pieces: readonly string[]): boolean {
  for (const text of texts) if (hasInOrder(text, pieces)) return true;
  return false;
}
