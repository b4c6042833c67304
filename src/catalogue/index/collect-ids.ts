import { cutId } from "./hex-words.ts";

/** The numbers in the ids of documents. */
export interface IdNumbers {
  /** Of each document: its number without what stands before it; "" where it has none. */
  readonly numbers: readonly string[];
  /** What stands before numbers. */
  readonly prefixes: readonly string[];
  /** Of each document: one more than its prefix; 0 where its id has no number. */
  readonly prefixOf: Uint8Array;
}

export interface IdCollector {
  readonly met: IdNumbers;
  /** Takes the folded id of a document; false where it is of a kind that has no number. Called in the order of documents. */
  add(id: string, doc: number): boolean;
}

/** Every question looks at each. */
const MOST_PREFIXES = 16;

/** `size`: how many documents there will be. */
export function createIdCollector(size: number): IdCollector {
  const numbers: string[] = [];
  const prefixes: string[] = [];
  const prefixOf = new Uint8Array(size);
  return {
    met: { numbers, prefixes, prefixOf },
    add(id, doc) {
      const cut = cutId(id);
      let prefix = cut ? prefixes.indexOf(cut.prefix) : -1;
      if (cut && prefix < 0 && prefixes.length < MOST_PREFIXES) prefix = prefixes.push(cut.prefix) - 1;
      const isTaken = cut !== undefined && prefix >= 0;
      numbers.push(isTaken ? cut.number : "");
      prefixOf[doc] = prefix + 1;
      return isTaken;
    },
  };
}
