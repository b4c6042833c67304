import { type Bits, bitsOf, clearBit, createFullBits, intersect } from "../../catalogue/index/bits.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import { hasInOrder } from "../term/parse-term.ts";

/**
 * The living documents that hold pieces in this order in one text. Which documents hold each of them the index tells; in which
 * order, only a look at their texts: `textsOf` reads those of a row.
 */
export function matchPattern(
  open: LiveSegment,
  pieces: readonly string[],
  matchOf: (piece: string) => Bits,
  textsOf: (row: number) => Iterable<string>,
): Bits {
  const match = createFullBits(open.segment.size);
  for (const piece of pieces) intersect(match, matchOf(piece));
  if (pieces.length < 2) return match;
  intersect(match, open.living);
  for (const doc of bitsOf(match)) if (!someHas(textsOf(open.segment.rows.at(doc)), pieces)) clearBit(match, doc);
  return match;
}

function someHas(texts: Iterable<string>, pieces: readonly string[]): boolean {
  for (const text of texts) if (hasInOrder(text, pieces)) return true;
  return false;
}
