import type { SearchResult } from "minisearch";
import type { FamilyDocument } from "./family-document.ts";
import type { FamilyWords } from "./family-weight.ts";

/** Which words of a document a search found, and in which fields. */
export type Match = SearchResult["match"];

const FIELDS = ["name", "publisher", "about"] as const satisfies (keyof FamilyWords)[];

/**
 * What MiniSearch's index would find of a document: the words of it that the sought ones are, or (of `minPrefix` letters and
 * more) begin. Undefined when one of the sought words is none of its.
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
