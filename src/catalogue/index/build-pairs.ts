import { type BuiltLists, createListWriter } from "./list-writer.ts";
import { Numbers, release } from "./numbers.ts";
import { pairBlock } from "./posting-lists.ts";

/** The tokens of all texts, in the order of documents. */
export interface PlacedTokens {
  readonly count: number;
  /** With LAST where a text ends. */
  readonly tokens: Uint32Array;
  readonly docs: Uint32Array;
  readonly flags: Uint8Array;
}

/** The last token of a text. */
export const LAST = 2 ** 31;

export function tokenAt({ tokens }: PlacedTokens, at: number): number {
  return tokens[at]! & ~LAST;
}

/** What stands after a token: 0 at the end of its text, otherwise one more than the next token. */
export function secondAt({ tokens }: PlacedTokens, at: number): number {
  return (tokens[at]! & LAST) !== 0 ? 0 : (tokens[at + 1]! & ~LAST) + 1;
}

export interface BuiltPairs {
  readonly firstPairs: Uint32Array;
  readonly seconds: Uint32Array;
  readonly pairLists: BuiltLists;
  readonly secondStarts: Uint32Array;
  readonly bySecond: Uint32Array;
  readonly firstBefore: Uint32Array;
}

/** Lists the documents of each pair of neighbouring tokens. */
export function buildPairs(placed: PlacedTokens, tokens: number, size: number): BuiltPairs {
  const { count, docs, flags } = placed;
  const order = sortPairs(placed, tokens);
  const writer = createListWriter(size, 3, pairBlock(size));
  const firstPairs = new Uint32Array(tokens + 1);
  const seconds = new Numbers();
  const [runDocs, runFlags] = [new Uint32Array(size), new Uint8Array(size)];
  let run = 0;
  for (let at = 0; at < count; at++) {
    const here = order[at]!;
    if (run > 0 && runDocs[run - 1] === docs[here]) runFlags[run - 1]! |= flags[here]!;
    else {
      runDocs[run] = docs[here]!;
      runFlags[run++] = flags[here]!;
    }
    const [first, second] = [tokenAt(placed, here), secondAt(placed, here)];
    const next = order[at + 1];
    if (next !== undefined && tokenAt(placed, next) === first && secondAt(placed, next) === second) continue;
    writer.add(runDocs, runFlags, 0, run);
    run = 0;
    seconds.push(second);
    firstPairs[first + 1] = seconds.length;
  }
  release(order);
  for (let token = 0; token < tokens; token++)
    firstPairs[token + 1] = Math.max(firstPairs[token + 1]!, firstPairs[token]!);
  const built = { firstPairs, seconds: seconds.data.slice(0, seconds.length) };
  return { ...built, pairLists: writer.done(), ...orderBySecond(built, tokens) };
}

/** Where pairs are: by first token, then by second, then by document. */
function sortPairs(placed: PlacedTokens, tokens: number): Uint32Array {
  const { count } = placed;
  // Counting sorts, which keep the order of equals.
  const bySecond = new Uint32Array(count);
  const seconds = new Uint32Array(tokens + 2);
  for (let at = 0; at < count; at++) seconds[secondAt(placed, at) + 1]!++;
  for (let second = 0; second <= tokens; second++) seconds[second + 1]! += seconds[second]!;
  for (let at = 0; at < count; at++) bySecond[seconds[secondAt(placed, at)]!++] = at;
  const sorted = new Uint32Array(count);
  const firsts = new Uint32Array(tokens + 1);
  for (let at = 0; at < count; at++) firsts[tokenAt(placed, at) + 1]!++;
  for (let first = 0; first < tokens; first++) firsts[first + 1]! += firsts[first]!;
  for (let n = 0; n < count; n++) {
    const at = bySecond[n]!;
    sorted[firsts[tokenAt(placed, at)]!++] = at;
  }
  release(bySecond);
  return sorted;
}

/** The same pairs by their second token, each with its first. */
function orderBySecond(
  { firstPairs, seconds }: Pick<BuiltPairs, "firstPairs" | "seconds">,
  tokens: number,
): Pick<BuiltPairs, "secondStarts" | "bySecond" | "firstBefore"> {
  const secondStarts = new Uint32Array(tokens + 2);
  for (const second of seconds) secondStarts[second + 1]!++;
  for (let token = 0; token <= tokens; token++) secondStarts[token + 1]! += secondStarts[token]!;
  const fill = secondStarts.slice();
  const [bySecond, firstBefore] = [new Uint32Array(seconds.length), new Uint32Array(seconds.length)];
  for (let token = 0; token < tokens; token++) {
    for (let pair = firstPairs[token]!; pair < firstPairs[token + 1]!; pair++) {
      const to = fill[seconds[pair]!]!++;
      bySecond[to] = pair;
      firstBefore[to] = token;
    }
  }
  return { secondStarts, bySecond, firstBefore };
}
