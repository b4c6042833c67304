import { type BuiltLists, createListWriter } from "./list-writer.ts";
import { Numbers } from "./numbers.ts";
import { pairBlock } from "./posting-lists.ts";

/** Neighbouring tokens, in the order of documents. */
export interface TokenPairs {
  readonly count: number;
  readonly first: Uint32Array;
  /** 0 at the end of a text, otherwise one more than the token. */
  readonly second: Uint32Array;
  readonly docs: Uint32Array;
  readonly flags: Uint8Array;
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
export function buildPairs(pairs: TokenPairs, tokens: number, size: number): BuiltPairs {
  const { count, first, second, docs, flags } = pairs;
  const order = sortPairs(pairs, tokens);
  const writer = createListWriter(size, 3, pairBlock(size));
  const firstPairs = new Uint32Array(tokens + 1);
  const seconds = new Numbers();
  const [runDocs, runFlags] = [new Uint32Array(count), new Uint8Array(count)];
  let run = 0;
  for (let at = 0; at < count; at++) {
    const here = order[at]!;
    if (run > 0 && runDocs[run - 1] === docs[here]) runFlags[run - 1]! |= flags[here]!;
    else {
      runDocs[run] = docs[here]!;
      runFlags[run++] = flags[here]!;
    }
    const next = order[at + 1];
    if (next !== undefined && first[next] === first[here] && second[next] === second[here]) continue;
    writer.add(runDocs, runFlags, 0, run);
    run = 0;
    seconds.push(second[here]!);
    firstPairs[first[here]! + 1] = seconds.length;
  }
  for (let token = 0; token < tokens; token++)
    firstPairs[token + 1] = Math.max(firstPairs[token + 1]!, firstPairs[token]!);
  const built = { firstPairs, seconds: seconds.data.slice(0, seconds.length) };
  return { ...built, pairLists: writer.done(), ...orderBySecond(built, tokens) };
}

/** By first token, then by second, then by document. */
function sortPairs({ count, first, second }: TokenPairs, tokens: number): Uint32Array {
  const sortBy = (order: Uint32Array, keys: Uint32Array, limit: number): Uint32Array => {
    const fill = new Uint32Array(limit + 1);
    for (let at = 0; at < count; at++) fill[keys[at]! + 1]!++;
    for (let key = 0; key < limit; key++) fill[key + 1]! += fill[key]!;
    const sorted = new Uint32Array(count);
    for (let at = 0; at < count; at++) sorted[fill[keys[order[at]!]!]!++] = order[at]!;
    return sorted;
  };
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  return sortBy(sortBy(order, second, tokens + 1), first, tokens);
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
