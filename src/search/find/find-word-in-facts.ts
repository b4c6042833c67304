import { type Bits, intersect } from "../../catalogue/index/bits.ts";
import { factsOf, knownIn, withFacts } from "../../catalogue/index/find-facts.ts";
import type { LiveSegment } from "../../catalogue/index/segments.ts";
import type { FoldedSpellings } from "../../catalogue/facts/folded-spellings.ts";
import { once } from "../../once.ts";
import { standsIn } from "../term/fit.ts";
import { hasWord, type TermWord } from "../term/parse-term.ts";

/** Documents whose facts' spellings have a run of words, worked out when asked for. */
interface RunInFacts {
  readonly all: () => Bits;
  /** Those where it counts as part of the name. */
  readonly known: () => Bits;
}

/** The matches of a word in the spellings of facts; undefined if there are none. */
export interface WordInFacts {
  readonly match: Bits | undefined;
  /** For each run: matches of whole words, and matches whose last word is only begun. */
  readonly runs: readonly { readonly whole: RunInFacts | undefined; readonly begun: RunInFacts | undefined }[];
  /** Of all sets, whether or not they were worked out. */
  readonly byteLength: number;
}

export function findWordInFacts({ segment }: LiveSegment, word: TermWord): WordInFacts {
  const matching: number[] = [];
  const runs = word.runs.map(() => ({ whole: [] as number[], begun: [] as number[] }));
  for (const { value, spelled } of factsOf(segment)) {
    const verdict = judge(word, spelled);
    if (!verdict) continue;
    if (verdict.matches) matching.push(value);
    for (let at = 0; at < runs.length; at++) {
      if (verdict.whole[at]) runs[at]?.whole.push(value);
      if (verdict.begun[at]) runs[at]?.begun.push(value);
    }
  }
  const match = matching.length === 0 ? undefined : withFacts(segment, matching);
  const bytesOfSet = Math.ceil(segment.size / 8);
  let byteLength = match ? bytesOfSet : 0;
  const find = (values: readonly number[]): RunInFacts | undefined => {
    if (values.length === 0) return undefined;
    byteLength += 2 * bytesOfSet;
    const isMatch = match && areEqual(values, matching);
    const all = isMatch ? (): Bits => match : once(() => withFacts(segment, values));
    return { all, known: once(() => intersect(all().slice(), knownIn(segment))) };
  };
  const found = runs.map(({ whole, begun }) => {
    const foundWhole = find(whole);
    return { whole: foundWhole, begun: areEqual(begun, whole) ? foundWhole : find(begun) };
  });
  return { match, runs: found, byteLength };
}

function areEqual(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/** How a word matches some facts. */
interface WordVerdict {
  readonly matches: boolean;
  /** Of each run. */
  readonly whole: readonly boolean[];
  readonly begun: readonly boolean[];
}

interface Judged {
  /** See keysOf. */
  readonly keys: readonly string[];
  /** Of the facts that have one of the keys; they are few. */
  readonly verdicts: Map<FoldedSpellings, WordVerdict>;
}

/** Segments share facts, so each that may match is judged once. */
const judged = new WeakMap<TermWord, Judged>();

function judge(word: TermWord, spelled: FoldedSpellings): WordVerdict | undefined {
  let known = judged.get(word);
  if (!known) judged.set(word, (known = { keys: keysOf(word), verdicts: new Map() }));
  const { keys, verdicts } = known;
  const { texts, joined, words } = spelled;
  if (!keys.some((key) => joined.includes(key))) return undefined;
  const before = verdicts.get(spelled);
  if (before) return before;
  const verdict = {
    matches: texts.some((text) => hasWord(text, word)),
    whole: word.runs.map((run) => standsIn(words, run, false)),
    begun: word.runs.map((run) => standsIn(words, run, true)),
  };
  verdicts.set(spelled, verdict);
  return verdict;
}

/** Texts of which facts must have one to match: the longest word of a run. */
function keysOf({ text, pieces, id, ids, runs }: TermWord): readonly string[] {
  if (pieces?.length === 0) return [""];
  const named = ids ?? (id === undefined ? [] : [id]);
  const longest = runs.map((run) => run.reduce((one, other) => (other.length > one.length ? other : one)));
  return runs.length === 0 ? [text, ...named, ...(pieces ?? [])] : [...longest, ...named];
}
