import { type Bits, intersect } from "../../catalogue/index/bits.ts";
import { findFacts, knownIn } from "../../catalogue/index/find-facts.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import type { SpelledFacts } from "../../catalogue/facts/spelled-facts.ts";
import { standsIn } from "../term/fit.ts";
import { hasWord, type TermWord } from "../term/parse-term.ts";

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
  const { matches, whole, begun } = verdictsOf(word);
  const find = (passes: Verdict): RunInFacts => {
    const all = findFacts(segment, passes);
    return { all, known: intersect(all.slice(), knownIn(segment)) };
  };
  return {
    match: findFacts(segment, matches),
    runs: word.runs.map((_, at) => ({ whole: find(whole[at]!), begun: find(begun[at]!) })),
  };
}

/** Whether facts pass. Segments share facts: each is judged once. */
type Verdict = (spelled: SpelledFacts) => boolean;

interface Verdicts {
  readonly matches: Verdict;
  /** Of each run. */
  readonly whole: readonly Verdict[];
  readonly begun: readonly Verdict[];
}

const verdicts = new WeakMap<TermWord, Verdicts>();

function verdictsOf(word: TermWord): Verdicts {
  let known = verdicts.get(word);
  if (!known) {
    const ofRuns = (mayBegin: boolean): Verdict[] =>
      word.runs.map((run) => judgedOnce(({ words }) => standsIn(words, run, mayBegin)));
    known = {
      matches: judgedOnce(({ texts }) => texts.some((text) => hasWord(text, word))),
      whole: ofRuns(false),
      begun: ofRuns(true),
    };
    verdicts.set(word, known);
  }
  return known;
}

function judgedOnce(judge: Verdict): Verdict {
  const judged = new Map<SpelledFacts, boolean>();
  return (spelled) => {
    let passes = judged.get(spelled);
    if (passes === undefined) judged.set(spelled, (passes = judge(spelled)));
    return passes;
  };
}
