import { type FoldedSpellings, foldedSpellings } from "../facts/folded-spellings.ts";
import { type Bits, createBits } from "./bits.ts";
import { begunWith } from "./find-tokens.ts";
import { shownValue, valuePrefix } from "./indexed-image.ts";
import { addLists, ANYWHERE } from "./posting-lists.ts";
import type { Segment } from "./segment.ts";

/*
 * Images share their facts with many others: the index keeps for each machine, and for each release of a system, which images are
 * of it, and no spellings. A sought word is compared with the spellings of those that there are.
 */

/** Facts that images of a segment share. */
export interface SharedFacts {
  /** Their place among the values of the segment. */
  readonly value: number;
  readonly spelled: FoldedSpellings;
}

const sharedFacts = new WeakMap<Segment, readonly SharedFacts[]>();

/** All machines and releases of a segment, each once. */
export function factsOf(segment: Segment): readonly SharedFacts[] {
  const known = sharedFacts.get(segment);
  if (known) return known;
  const facts: SharedFacts[] = [];
  const read = (prefix: string, spell: (value: string) => FoldedSpellings): void => {
    const [from, to] = begunWith(segment.values, prefix);
    for (let value = from; value < to; value++)
      facts.push({ value, spelled: spell(shownValue(segment.values.at(value))) });
  };
  read("architecture=", (architecture) =>
    foldedSpellings({ os: null, osVersion: null, osCodename: null, architecture }),
  );
  read("release=", (value) => {
    const [os = null, osVersion = null, osCodename = null]: (string | null)[] = JSON.parse(value);
    return foldedSpellings({ os, osVersion, osCodename, architecture: null });
  });
  sharedFacts.set(segment, facts);
  return facts;
}

/** The documents that have one of these facts, by their places. */
export function withFacts(segment: Segment, values: readonly number[]): Bits {
  const found = createBits(segment.size);
  for (const value of values) addLists(found, segment.valueLists, value, value + 1, ANYWHERE);
  return found;
}

const ofKnown = new WeakMap<Segment, Bits>();

/** The documents whose facts count as words of the name: own ones, and those of known publishers. */
export function knownIn(segment: Segment): Bits {
  const before = ofKnown.get(segment);
  if (before) return before;
  const known = createBits(segment.size);
  for (const trust of ["self", "official", "verified"])
    addLists(known, segment.valueLists, ...begunWith(segment.values, valuePrefix("trust", trust)), ANYWHERE);
  ofKnown.set(segment, known);
  return known;
}
