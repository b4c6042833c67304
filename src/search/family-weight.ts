import type { FamilyDocument } from "../catalogue/family-documents.ts";
import { fold, wordsOf } from "../fold.ts";
import { VARIANT_WORDS } from "./variant-words.ts";

/** What a family's weight depends on, beside what was asked. */
export interface Traits {
  /** Its words that mark a special build. */
  readonly variants: readonly string[];
  /** Its weight for who asked for no special build. */
  readonly plainWeight: number;
  /** Words in its name. */
  readonly nameLength: number;
}

/** By how much each word of a special build lowers the weight. */
const VARIANT_FACTOR = 0.7;
/** A family whose newest build is a year younger weighs more by this. Only differences count: any epoch will do. */
const YEARLY_GAIN = 1.1;
const EPOCH = Date.parse("2020-01-01");
const YEAR_MS = 365.25 * 86_400_000;

/** What is the same for every question. */
export function traitsOf({ name, createdAt }: FamilyDocument): Traits {
  const words = wordsOf(fold(name));
  const variants = [...new Set(words)].filter((word) => VARIANT_WORDS.has(word));
  const years = createdAt === "" ? 0 : (Date.parse(createdAt) - EPOCH) / YEAR_MS;
  return { variants, plainWeight: YEARLY_GAIN ** years * VARIANT_FACTOR ** variants.length, nameLength: words.length };
}

/** Weighs families for these words: lower those that nobody builds any more, and special builds that nobody asked for. */
export function weigherFor(asked: readonly string[]): (traits: Traits) => number {
  const wanted = asked.filter((word) => VARIANT_WORDS.has(word));
  if (wanted.length === 0) return ({ plainWeight }) => plainWeight;
  return ({ variants, plainWeight }) =>
    plainWeight / VARIANT_FACTOR ** variants.filter((word) => wanted.includes(word)).length;
}
