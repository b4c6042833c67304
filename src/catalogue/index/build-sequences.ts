import { BREAK, type Collected, FLAGS, KEPT, TOKEN_SHIFT } from "./collect-tokens.ts";
import { type BuiltKeyedLists, groupKeyed } from "./group-lists.ts";
import { VarintWriter } from "./list-writer.ts";
import { type Met, Numbers } from "./numbers.ts";

export interface BuiltSequences {
  readonly tokenRepeats: BuiltKeyedLists;
  readonly wordRepeats: BuiltKeyedLists;
  readonly sequenceStarts: Uint32Array;
  readonly sequenceBytes: Uint8Array;
}

/**
 * Documents in which a word or a token stands twice: of these pairs of tokens do not tell for sure whether three and more stand
 * in a row, and their tokens are written down in order.
 */
export function buildSequences(collected: Collected, tokenOf: Uint32Array, wordOfToken: Uint32Array): BuiltSequences {
  const { stream, ends, size, repeated } = collected;
  const out = new VarintWriter();
  const starts = new Uint32Array(size + 1);
  const [words, docs] = [new Numbers(), new Numbers()];
  const [seen, noted] = [new Int32Array(wordOfToken.length).fill(-1), new Int32Array(wordOfToken.length).fill(-1)];
  for (let doc = 0, at = 0; doc < size; doc++) {
    const from = at;
    let isRepetitive = false;
    for (; at < ends[doc]!; at++) {
      const value = stream.data[at]!;
      if (value === BREAK || (value & KEPT) === 0) continue;
      const word = wordOfToken[tokenOf[value >>> TOKEN_SHIFT]!]!;
      if (seen[word] === doc && noted[word] !== doc) {
        isRepetitive = true;
        noted[word] = doc;
        words.push(word);
        docs.push(doc);
      }
      seen[word] = doc;
    }
    for (let n = from; isRepetitive && n < at; n++) writeToken(out, stream.data[n]!, tokenOf);
    starts[doc + 1] = out.length;
  }
  const keyed = (of: Met, keyOf: (number: number) => number): BuiltKeyedLists => {
    const count = of.numbers.length;
    const listOf = (at: number): number => keyOf(of.numbers.data[at]!);
    return groupKeyed({ count, docs: of.docs.data, flags: new Uint8Array(count), listOf }, size, 0);
  };
  return {
    tokenRepeats: keyed(repeated, (met) => tokenOf[met]!),
    wordRepeats: keyed({ numbers: words, docs }, (word) => word),
    sequenceStarts: starts,
    sequenceBytes: out.bytes(),
  };
}

const FLAG_BITS = 3;

/** 0 at the end of a text, otherwise one more than the token with its flags. */
function writeToken(out: VarintWriter, value: number, tokenOf: Uint32Array): void {
  out.add(value === BREAK ? 0 : ((tokenOf[value >>> TOKEN_SHIFT]! << FLAG_BITS) | (value & FLAGS)) + 1);
}

/** The end of a text, among tokens that were written down: what `tokenIn` makes of 0. */
export const TEXT_END = -1 >>> FLAG_BITS;

/** Reads one number that writeToken wrote: the token, or TEXT_END. */
export function tokenIn(written: number): number {
  return (written - 1) >>> FLAG_BITS;
}

/** The flags of a token; TEXT_END has none of its own. */
export function flagsIn(written: number): number {
  return (written - 1) & FLAGS;
}
