import { useEffect, useState } from "preact/hooks";
import { ask, askJson, type Entry, type FacetCounts, Refusal } from "./api.ts";
import { searchPath, type ViewState } from "./view-state.ts";

/** What a search found, and how far it can be relied on. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly total: number;
  readonly state: string;
  readonly syncedAt: string | null;
  /** A term to try instead. */
  readonly suggestion: string | undefined;
}

/** Images on the first page. */
export const PAGE = 50;
/** Counting takes longer than finding: it waits for a pause in typing. */
const FACETS_AFTER_MS = 120;

/** Searches while the user types: the newest question counts, older ones are given up. */
export function useSearch(
  view: ViewState,
  limit: number,
  version: number,
): { found: Found | undefined; refusal: Refusal | undefined } {
  const [found, setFound] = useState<Found | undefined>(undefined);
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  const path = searchPath(view, "images", { limit: String(limit), fields: "extended" });
  useEffect(() => {
    const gone = new AbortController();
    read(path, gone.signal).then(
      (answer) => {
        setFound(answer);
        setRefusal(undefined);
      },
      (error: unknown) => {
        if (gone.signal.aborted) return;
        setRefusal(error instanceof Refusal ? error : new Refusal(0, "The server does not answer.", []));
      },
    );
    return () => gone.abort();
  }, [path, version]);
  return { found, refusal };
}

async function read(path: string, signal: AbortSignal): Promise<Found> {
  const response = await ask(path, { signal });
  const entries: Entry[] = await response.json();
  const suggestion = response.headers.get("X-Search-Suggestion");
  return {
    entries,
    total: Number(response.headers.get("X-Total-Count")),
    state: response.headers.get("X-Catalogue-State") ?? "",
    syncedAt: response.headers.get("X-Catalogue-Synced-At"),
    suggestion: suggestion === null ? undefined : decodeURIComponent(suggestion),
  };
}

export function useFacets(view: ViewState, version: number): FacetCounts | undefined {
  const [counts, setCounts] = useState<FacetCounts | undefined>(undefined);
  const path = searchPath(view, "facets", {});
  useEffect(() => {
    const gone = new AbortController();
    const timer = setTimeout(() => {
      askJson<FacetCounts>(path, { signal: gone.signal }).then(setCounts, () => undefined);
    }, FACETS_AFTER_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [path, version]);
  return counts;
}
