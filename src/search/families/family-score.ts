import type { SearchResult } from "minisearch";
import type { FamilyDocument } from "./family-document.ts";
import { type Traits, yearsOf } from "./family-weight.ts";

/*
 * How well a document that MiniSearch found fits the words. It is worked out from the document and the words alone, as BM25
 * does but without its statistics of all documents: what other sources hold, or a commit of theirs, must not change an order.
 */

/** For each field: how much its words count, and how many words it usually has. */
const FIELDS: Readonly<Record<string, { readonly boost: number; readonly usualLength: number }>> = {
  name: { boost: 3, usualLength: 7 },
  publisher: { boost: 4, usualLength: 1.5 },
  about: { boost: 1, usualLength: 10 },
};
/** The parameters of BM25+: each word of a longer text counts less. */
const BM25 = { k: 0.1, b: 0.9, d: 0.2 };
/** The weight of a word of which only the beginning was typed. */
const PREFIX_WEIGHT = 0.375;
/** Scores that differ by less count as equal, since sums in another order differ. */
const DIGITS = 1e9;

/** The fit of a document for these words; a word of `minPrefix` letters or more may be the beginning of another. */
export function scoreHit(
  { match }: Pick<SearchResult, "match">,
  { traits }: FamilyDocument,
  words: readonly string[],
  minPrefix: number,
): number {
  let score = 0;
  for (const [found, fields] of Object.entries(match)) {
    for (const word of words) {
      const weight = weightOf(word, found, minPrefix);
      if (weight === 0) continue;
      for (const field of fields) {
        const { boost, usualLength } = FIELDS[field] ?? { boost: 0, usualLength: 1 };
        const length = lengthOf(field, traits);
        score +=
          weight * boost * (BM25.d + (BM25.k + 1) / (1 + BM25.k * (1 - BM25.b + (BM25.b * length) / usualLength)));
      }
    }
  }
  return score;
}

/** Makes scores equal that differ only in how they were added up. */
export function roundScore(score: number): number {
  return Math.round(score * DIGITS) / DIGITS;
}

/** Years from the epoch to a document's newest build in these sources; 0 when none is known. */
export function yearsIn(document: FamilyDocument, sourceIds: ReadonlySet<number>): number {
  let newest = "";
  for (const [id, createdAt] of document.sources) if (createdAt > newest && sourceIds.has(id)) newest = createdAt;
  const known = newestBuilds.get(document);
  if (known?.newest === newest) return known.years;
  const years = yearsOf(newest);
  newestBuilds.set(document, { newest, years });
  return years;
}

/** What was read last: to read a time takes longer than all else that a score needs. */
const newestBuilds = new WeakMap<FamilyDocument, { readonly newest: string; readonly years: number }>();

/** Orders equals by their texts, so that the order does not depend on how the index was built. */
export function compareTexts({ build: a }: FamilyDocument, { build: b }: FamilyDocument): number {
  // Nearly always the names decide. Where one begins with the other, what follows it in the whole text does.
  const isDecided = !a.name.startsWith(b.name) && !b.name.startsWith(a.name);
  const [one, other] = isDecided ? [a.name, b.name] : [textOf(a), textOf(b)];
  return one === other ? 0 : one < other ? -1 : 1;
}

function textOf({ name, publisher, about, ownerId }: FamilyDocument["build"]): string {
  return `${name}\n${publisher}\n${about}\n${ownerId}`;
}

function lengthOf(field: string, { lengths }: Traits): number {
  return field === "name" ? lengths.name : field === "publisher" ? lengths.publisher : lengths.about;
}

function weightOf(word: string, found: string, minPrefix: number): number {
  if (found === word) return 1;
  if (word.length < minPrefix || !found.startsWith(word)) return 0;
  return (PREFIX_WEIGHT * found.length) / (found.length + 0.3 * (found.length - word.length));
}
