import { type Bits, unite } from "../catalogue/index/bits.ts";
import type { Fit } from "../catalogue/index/find-fits.ts";
import type { LiveSegment } from "../catalogue/index/segments.ts";
import type { TermWord } from "./parse-term.ts";
import type { SearchIndex } from "./search-index.ts";

/** What a word of a term is in a segment. */
export interface TermWordFinds {
  /** The documents that have it. */
  readonly match: Bits;
  /** How each of its runs of words fits; see WordFinds. */
  readonly fits: readonly (readonly (() => Fit)[])[];
}

/** Looks a word of a term up, in the texts that have a flag of `mask`. */
export function findTermWord(index: SearchIndex, open: LiveSegment, word: TermWord, mask: number): TermWordFinds {
  const { text, pieces, id } = word;
  const find = (each: string): TermWordFinds => {
    const { match, fits } = index.findWord(open, each, mask);
    return { match, fits: fits ? [fits] : [] };
  };
  if (pieces) {
    const finds = pieces.map(find);
    return { match: index.findPattern(open, pieces, mask), fits: finds.flatMap(({ fits }) => fits) };
  }
  if (id === undefined) return find(text);
  const byId = find(id);
  return { match: unite(find(text).match.slice(), byId.match), fits: byId.fits };
}
