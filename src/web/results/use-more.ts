import { useEffect, useRef } from "preact/hooks";
import type { Found, Search } from "./use-search.ts";

/** Rows before the end at which the next page is asked for. */
const AHEAD = 15;
/** Pages in a row that may show nothing new, since their builds are of families above: then it takes a click. */
const MOST_FRUITLESS = 8;

/**
 * Loads the next page when the end of the list is near, until the list is longer than that. `families`: how many rows there are;
 * `last`: the index of the last one in sight.
 */
export function useMore(search: Search, found: Found, families: number, last: number): void {
  const fruitless = useRef({ families, pages: 0 });
  useEffect(() => {
    const { current } = fruitless;
    fruitless.current = { families, pages: families === current.families ? current.pages + 1 : 0 };
  }, [found]);
  const isNear = last >= families - 1 - AHEAD;
  useEffect(() => {
    if (isNear && fruitless.current.pages < MOST_FRUITLESS) search.more();
  }, [isNear, found, search.isLoading]);
}
