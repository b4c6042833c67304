import { type Bits, intersect } from "../catalogue/index/bits.ts";
import { findFacts, knownIn } from "../catalogue/index/find-facts.ts";
import type { LiveSegment } from "../catalogue/index/segments.ts";
import { standsIn } from "./fit.ts";
import { hasWord, type TermWord } from "./parse-term.ts";

/** Documents in the spellings of whose facts a run of words stands: all, and those of which it counts as the name's. */
interface RunInFacts {
  readonly all: Bits;
  readonly known: Bits;
}

/** What a word is in the spellings of facts. */
export interface WordInFacts {
  readonly match: Bits;
  /** Of each run: as whole words, and with the last one perhaps only begun. */
  readonly runs: readonly { readonly whole: RunInFacts; readonly begun: RunInFacts }[];
}

export function findWordInFacts({ segment }: LiveSegment, word: TermWord): WordInFacts {
  const find = (run: readonly string[], mayBegin: boolean): RunInFacts => {
    const all = findFacts(segment, ({ words }) => standsIn(words, run, mayBegin));
    return { all, known: intersect(all.slice(), knownIn(segment)) };
  };
  return {
    match: findFacts(segment, ({ texts }) => texts.some((text) => hasWord(text, word))),
    runs: word.runs.map((run) => ({ whole: find(run, false), begun: find(run, true) })),
  };
}
