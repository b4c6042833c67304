import { type Bits, hasBit, unite } from "../../catalogue/index/bits.ts";
import type { Fit } from "../../catalogue/index/find-fits.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import type { WordInFacts } from "./find-word-in-facts.ts";
import type { TermWord } from "../term/parse-term.ts";
import type { SearchIndex } from "./search-index.ts";

/** The matches of a word of a term in a segment. */
export interface TermWordFinds {
  /** The documents that have it. */
  readonly match: Bits;
  /** How each of its runs of words fits, from best to worst; see fit.ts. */
  readonly fits: readonly (readonly (() => Fit)[])[];
}

/** Where to look for a word: in the texts that have a flag of `mask` and, unless `isGiven`, in the spellings of facts. */
interface Where {
  readonly mask: number;
  readonly isGiven: boolean;
}

/** Looks a word of a term up. */
export function findTermWord(
  index: SearchIndex,
  open: LiveSegment,
  word: TermWord,
  { mask, isGiven }: Where,
): TermWordFinds {
  const said = findSaid(index, open, word, mask);
  if (isGiven) return { match: said.match, fits: said.fits.map((ways) => classesOf(ways)) };
  const facts = index.findFacts(open, word);
  return {
    match: facts.match ? unite(said.match.slice(), facts.match) : said.match,
    fits: said.fits.map((ways, at) => classesOf(ways, facts.runs[at])),
  };
}

/** Matches in what the cloud said, with four fits of each run; see findFits. */
function findSaid(index: SearchIndex, open: LiveSegment, word: TermWord, mask: number): TermWordFinds {
  const { text, pieces, id, ids } = word;
  const find = (each: string): TermWordFinds => {
    const { match, fits } = index.findWord(open, each, mask);
    return { match, fits: fits ? [fits] : [] };
  };
  if (pieces) {
    const finds = pieces.map(find);
    return { match: index.findPattern(open, pieces, mask), fits: finds.flatMap(({ fits }) => fits) };
  }
  if (ids) {
    const match = find(text).match.slice();
    for (const each of ids) unite(match, find(each).match);
    return { match, fits: [] };
  }
  if (id === undefined) return find(text);
  const byId = find(id);
  return { match: unite(find(text).match.slice(), byId.match), fits: byId.fits };
}

/** The classes of fit.ts, from what the cloud said and the spellings of facts. Those that are sure to be alike are the same. */
function classesOf(said: TermWordFinds["fits"][number], facts?: WordInFacts["runs"][number]): (() => Fit)[] {
  const [name, any, namePrefix, anyPrefix] = said;
  if (!name || !any || !namePrefix || !anyPrefix) throw new Error("a run of words has four fits");
  const { whole, begun } = facts ?? {};
  const inGiven = withFacts(any, whole?.known);
  const begunInGiven = withFacts(anyPrefix, begun?.known);
  return [
    withFacts(name, whole?.known),
    inGiven,
    whole ? withFacts(any, whole.all) : inGiven,
    withFacts(namePrefix, begun?.known),
    begunInGiven,
    begun ? withFacts(anyPrefix, begun.all) : begunInGiven,
  ];
}

function withFacts(said: () => Fit, inFacts: (() => Bits) | undefined): () => Fit {
  if (!inFacts) return said;
  return () => {
    const [{ bits, holds }, others] = [said(), inFacts()];
    return { bits, others, holds: (doc) => hasBit(others, doc) || holds(doc) };
  };
}
