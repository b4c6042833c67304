import type { SearchResult } from "minisearch";
import type { FamilyDocument } from "./family-document.ts";
import type { FamilyWords } from "./family-weight.ts";

/** Which words of a document a search found, and in which fields. */
export type Match = SearchResult["match"];

const FIELDS = ["name", "publisher", "about"] as const satisfies (keyof FamilyWords)[];

/**
 * What MiniSearch would find in a document: its words that equal the sought ones or, for `minPrefix` letters and more, begin
 * with them. Undefined if the document lacks one of the sought words.
 */
export function matchWords(document: FamilyDocument, words: readonly string[], minPrefix: number): Match | undefined {
  const match: Match = {};
  const found = new Set<string>();
  for (const field of FIELDS) {
    for (const held of new Set(document.words[field])) {
      const fitting = words.filter((word) => held === word || (word.length >= minPrefix && held.startsWith(word)));
      if (fitting.length === 0) continue;
      (match[held] ??= []).push(field);
      for (const word of fitting) found.add(word);
    }
  }
  return words.every((word) => found.has(word)) ? match : undefined;
}
