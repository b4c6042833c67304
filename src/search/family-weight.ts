import type { FamilyDocument } from "../catalogue/family-documents.ts";
import { fold, wordsOf } from "../fold.ts";
import { VARIANT_WORDS } from "./variant-words.ts";

/** What a family's weight depends on, beside what was asked. */
interface Traits {
  /** Its words that mark a special build. */
  readonly variants: readonly string[];
  /** Higher for families that are still built. */
  readonly vitality: number;
  /** Words in its name. */
  readonly nameLength: number;
}

/** By how much each word of a special build lowers the weight. */
const VARIANT_FACTOR = 0.7;
/** A family whose newest build is a year younger weighs more by this. Only differences count: any epoch will do. */
const YEARLY_GAIN = 1.1;
const EPOCH = Date.parse("2020-01-01");
const YEAR_MS = 365.25 * 86_400_000;

const known = new WeakMap<FamilyDocument, Traits>();

/** Worked out once for each document. */
export function traitsOf(document: FamilyDocument): Traits {
  let traits = known.get(document);
  if (traits) return traits;
  const words = wordsOf(fold(document.name));
  const years = document.createdAt === "" ? 0 : (Date.parse(document.createdAt) - EPOCH) / YEAR_MS;
  traits = {
    variants: [...new Set(words)].filter((word) => VARIANT_WORDS.has(word)),
    vitality: YEARLY_GAIN ** years,
    nameLength: words.length,
  };
  known.set(document, traits);
  return traits;
}

/** Lower for families that nobody builds any more, and for special builds that nobody asked for. */
export function weightOf(document: FamilyDocument | undefined, asked: readonly string[]): number {
  if (!document) return 1;
  const { variants, vitality } = traitsOf(document);
  return vitality * VARIANT_FACTOR ** variants.filter((word) => !asked.includes(word)).length;
}
