import { useEffect, useRef } from "preact/hooks";
import type { SearchResults, Search } from "./use-search.ts";

/** Rows before the end at which the next page is asked for. */
const AHEAD = 15;
/** The most pages in a row that add no row, since their builds belong to families above; then it takes a click. */
const MOST_FRUITLESS = 8;
/** How long an answer must stand before more of it is loaded; while somebody types, the next answer comes first. */
const PAUSE_MS = 300;

/**
 * Loads the next page when the end of the list is near, until the list is longer than that. `families`: how many rows there are;
 * `last`: the index of the last one in sight.
 */
export function useMore(search: Search, found: SearchResults, families: number, last: number): void {
  const fruitless = useRef({ families, pages: 0 });
  const answered = useRef({ key: "", at: 0 });
  if (answered.current.key !== found.key) answered.current = { key: found.key, at: performance.now() };
  useEffect(() => {
    const { current } = fruitless;
    fruitless.current = { families, pages: families === current.families ? current.pages + 1 : 0 };
  }, [found]);
  const isNear = last >= families - 1 - AHEAD;
  useEffect(() => {
    if (!isNear || fruitless.current.pages >= MOST_FRUITLESS) return undefined;
    const wait = answered.current.at + PAUSE_MS - performance.now();
    if (wait <= 0) return search.more();
    const timer = setTimeout(search.more, wait);
    return () => clearTimeout(timer);
  }, [isNear, found, search.isLoading]);
}
