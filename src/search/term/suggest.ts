import { findAccented } from "../../catalogue/index/find-accented.ts";
import { correctTerm } from "./correct-term.ts";
import type { FamilyIndex } from "../families/family-index.ts";
import type { ImageQuery } from "./image-query.ts";
import { countFinds, type Side } from "../find/look-up.ts";
import type { SearchIndex } from "../find/search-index.ts";
import { sourceIdsOf, type View } from "../find/view.ts";

/** What else might be typed. Only words that the view's own sources hold are ever shown. */
export interface Suggestions {
  /** Completions of a term, best first; of a term that completes to nothing, the correction that finds something. */
  suggest(view: View, term: string, limit: number): string[];
  /** See correctTerm; undefined when nothing helps. */
  correct(view: View, query: ImageQuery): string | undefined;
}

/** Words that are tried in place of one without its accents. */
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
      alternatives: (word) => families.alternatives(word, sourceIds),
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
