import { useEffect, useState } from "preact/hooks";
import type { FacetCountsJson } from "../server/answers.ts";
import { useServer } from "../server/use-server.ts";
import { pathOf, queryOf, type PageView } from "../view.ts";
import { keyOf } from "./use-search.ts";

/** Counts are requested when nothing was typed for so long, since the matches come first. */
const PAUSE_MS = 150;

/**
 * The number of a view's images for each value of its filters; the last counts until there are new ones. `isAnswered`: whether
 * the search has an answer; when it gets one, the counts are requested again.
 */
export function useFacets(view: PageView, revision: number, isAnswered: boolean): FacetCountsJson {
  const server = useServer();
  const [counts, setCounts] = useState<FacetCountsJson>({});
  const key = keyOf(view);
  useEffect(() => {
    const asking = new AbortController();
    const timer = setTimeout(() => {
      server.get<FacetCountsJson>(pathOf(view, "facets"), queryOf(view), asking.signal).then(
        ({ body }) => setCounts(body),
        // The search itself reports what is wrong.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [key, revision, server, isAnswered]);
  return counts;
}
