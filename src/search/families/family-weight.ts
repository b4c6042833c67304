import { variantWords } from "../../catalogue/facts/variant.ts";

/** What a family's weight depends on, besides the query and its age. */
export interface Traits {
  /** Its words that mark a special build. */
  readonly variants: readonly string[];
  /** Words in its name, its publisher's name, and its other texts. */
  readonly lengths: { readonly name: number; readonly publisher: number; readonly about: number };
}

/** By how much each word of a special build lowers the weight. */
const VARIANT_FACTOR = 0.7;
/** A family whose newest build is a year younger weighs more by this. Only differences count: any epoch will do. */
const YEARLY_GAIN = 1.1;
const EPOCH = Date.parse("2020-01-01");
const YEAR_MS = 365.25 * 86_400_000;

/** The words of a family's texts. */
export interface FamilyWords {
  readonly name: readonly string[];
  readonly publisher: readonly string[];
  readonly about: readonly string[];
}

/** The traits of a family of this publisher and owner; they are the same for every query. */
export function traitsOf(
  { name, publisher, about }: FamilyWords,
  of: { readonly publisher: string; readonly ownerId: string },
): Traits {
  const variants = variantWords(name, of);
  return { variants, lengths: { name: name.length, publisher: publisher.length, about: about.length } };
}

/** Years from the epoch to a time (ISO 8601); 0 for "", which is an unknown one. */
export function yearsOf(time: string): number {
  return time === "" ? 0 : (Date.parse(time) - EPOCH) / YEAR_MS;
}

/** Weighs families for these words: those without new builds less, and special builds less unless the words name them. */
export function weigherFor(asked: readonly string[]): (traits: Traits, years: number) => number {
  const wanted = new Set(asked);
  return ({ variants }, years) => {
    let special = 0;
    for (const word of variants) if (!wanted.has(word)) special++;
    return YEARLY_GAIN ** years * VARIANT_FACTOR ** special;
  };
}
