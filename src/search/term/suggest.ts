import { findAccented } from "../../catalogue/index/find-accented.ts";
import { correctTerm } from "./correct-term.ts";
import { isWord } from "../families/family-document.ts";
import type { FamilyIndex } from "../families/family-index.ts";
import type { ImageQuery } from "./image-query.ts";
import { assertCurrent, countFinds, FamiliesBehind, type Side } from "../find/look-up.ts";
import type { SearchIndex } from "../find/search-index.ts";
import { sourceIdsOf, type View } from "../find/view.ts";

/** Suggestions of terms, made only from words in the view's sources. */
export interface Suggestions {
  /** Completions of a term, best first; without any, a correction that finds something. */
  suggest(view: View, term: string, limit: number): string[];
  /** See correctTerm; undefined when nothing helps. Throws FamiliesBehind where it needs words that are not known yet. */
  correct(view: View, query: ImageQuery): string | undefined;
}

/** The most accented words that are tried for one without accents. */
const MOST_ACCENTED = 3;

/** `lookUp` answers a query in a view. */
export function createSuggestions(
  families: FamilyIndex,
  index: SearchIndex,
  lookUp: (view: View, query: ImageQuery) => readonly Side[],
): Suggestions {
  const correct = (view: View, query: ImageQuery): string | undefined => {
    const sourceIds = sourceIdsOf(view);
    const finds = (term: string): boolean => countFinds(lookUp(view, { ...query, term })) > 0;
    const segments = [...sourceIds].flatMap((id) => index.segmentsOf(id, "present").map(({ segment }) => segment));
    return correctTerm(query.term, {
      finds,
      alternatives(word) {
        // No family has such a word, nor one that is like it.
        if (!isWord(word)) return [];
        assertCurrent(families, view);
        if (!families.isTakenIn(sourceIds)) throw new FamiliesBehind();
        return families.alternatives(word, sourceIds);
      },
      accented: (bare) => findAccented(segments, bare, MOST_ACCENTED),
    });
  };
  return {
    correct,
    suggest(view, term, limit) {
      const completed = families.complete(term, sourceIdsOf(view), limit);
      if (completed.length > 0) return completed;
      const corrected = correct(view, { term, match: "words" });
      return corrected === undefined ? [] : [corrected];
    },
  };
}
