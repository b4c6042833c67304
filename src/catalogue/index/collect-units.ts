import { bitsOf, type Bits, createBits, hasBit, setBit } from "./bits.ts";
import { type BuiltKeyedLists, group } from "./group-lists.ts";
import { createListWriter } from "./list-writer.ts";
import { type Met, Numbers, type NumbersMet, orderOf, release } from "./numbers.ts";
import { LITERAL } from "./posting-lists.ts";

/** The UTF-16 units of documents' texts, numbered as they were met. */
export interface UnitsMet extends Met {
  readonly units: readonly number[];
  /** Of the first MOST_SETS units: the documents that have them, and those with the LITERAL flag. */
  readonly sets: readonly UnitSet[];
  /** The others' documents are noted one by one, as in Met: each once, and once more when the flag is met later. */
  readonly flags: NumbersMet;
}

export interface UnitSet {
  readonly all: Bits;
  readonly literal: Bits;
}

/** Letters, digits and signs of some scripts. A script of thousands has most of its units in few documents. */
const MOST_SETS = 256;

export interface UnitCollector {
  readonly met: UnitsMet;
  add(text: string, flags: number, doc: number): void;
}

/** `size`: how many documents there will be. */
export function createUnitCollector(size: number): UnitCollector {
  const units: number[] = [];
  const sets: UnitSet[] = [];
  const [numbers, docs, flagsMet] = [new Numbers(), new Numbers(), new Numbers()];
  const numberOf = new Int32Array(1 << 16).fill(-1);
  // Of each unit: what was noted of it last, twice the document, and one more when that was with the flag.
  const noted = new Int32Array(1 << 16).fill(-1);
  const numberFor = (unit: number): number => {
    if (numberOf[unit] !== -1) return numberOf[unit]!;
    if (sets.length < MOST_SETS) sets.push({ all: createBits(size), literal: createBits(size) });
    return (numberOf[unit] = units.push(unit) - 1);
  };
  return {
    met: { units, sets, numbers, docs, flags: flagsMet },
    add(text, flags, doc) {
      const isLiteral = flags & LITERAL ? 1 : 0;
      const note = 2 * doc + isLiteral;
      for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (noted[unit]! >= note) continue;
        noted[unit] = note;
        const number = numberFor(unit);
        const set = sets[number];
        if (set) {
          setBit(set.all, doc);
          if (isLiteral) setBit(set.literal, doc);
          continue;
        }
        numbers.push(number);
        docs.push(doc);
        flagsMet.push(flags);
      }
    },
  };
}

/** The documents of each unit, in a segment of `size`. Frees what was met. */
export function listUnits({ units, sets, numbers, docs, flags }: UnitsMet, size: number): BuiltKeyedLists {
  const order = orderOf(units);
  const flagsOf = Uint8Array.from(flags.data.subarray(0, flags.length));
  const from = { count: numbers.length, docs: docs.data, flags: flagsOf, listOf: (at: number) => numbers.data[at]! };
  const noted = group(from, units.length);
  const writer = createListWriter(size, 1);
  const [ofSet, flagsOfSet] = [new Uint32Array(size), new Uint8Array(size)];
  for (const number of order) {
    const set = sets[number];
    if (!set) {
      writer.add(noted.docs, noted.flags, noted.starts[number]!, noted.ends[number]!);
      continue;
    }
    let count = 0;
    for (const doc of bitsOf(set.all)) {
      ofSet[count] = doc;
      flagsOfSet[count++] = hasBit(set.literal, doc) ? LITERAL : 0;
    }
    writer.add(ofSet, flagsOfSet, 0, count);
  }
  release(numbers.data, docs.data, flags.data, noted.docs, noted.flags);
  return { keys: Uint32Array.from(order, (number) => units[number]!), lists: writer.done() };
}
