import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../server/answers.ts";
import { isAbort, retryDelay, type Server, ServerProblem } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { pathOf, queryOf, type PageView } from "../view.ts";
import { entryKey } from "./fold-families.ts";
import { readMissing } from "./missing.tsx";

/** The state of the catalogue that an answer comes from. */
export interface CatalogueNote {
  readonly state: string | null;
  readonly syncedAt: string | null;
  /** What the answer lacks: `source (why)`. */
  readonly missing: readonly string[];
}

/** What was found, as far as it is loaded. */
export interface SearchResults {
  /** What was asked, by `keyOf`. */
  readonly key: string;
  /** The term of this answer; the view's may be newer. */
  readonly term: string;
  readonly entries: readonly Entry[];
  /** How many of the total were read. An image that moved meanwhile counts twice. */
  readonly loaded: number;
  readonly total: number;
  /** A term to try instead of one that finds nothing. */
  readonly suggestion: string | null;
  readonly catalogue: CatalogueNote;
}

export interface Search {
  /** Null until the first answer, and if there is none. While the server does not answer, its last answer. */
  readonly found: SearchResults | null;
  readonly problem: ServerProblem | null;
  readonly isLoading: boolean;
  /** Whether the catalogue changed since a long list was loaded. */
  readonly isOutdated: boolean;
  /** Loads the next page. */
  readonly more: () => void;
  /** Asks the same again. */
  readonly again: () => void;
  /** Shows an image's star as it is now, where it stands. */
  readonly showStar: (backend: string, id: string, star: boolean) => void;
}

/** Images that the first page has; each next one has as many as there are, up to the largest. */
const PAGE = 50;
const LARGEST_PAGE = 500;
/** The most images that are loaded again when the catalogue changed; a longer list stays until the user reloads it. */
const MOST_REFRESHED = 500;

type SearchState = Pick<Search, "found" | "problem" | "isLoading" | "isOutdated">;

/**
 * Searches at once with every change of the view, since an answer takes less time than the next key. `revision` grows when the
 * same search may have another answer. If there is no answer yet, it asks again by itself.
 */
export function useSearch(view: PageView, revision: number): Search {
  const server = useServer();
  const key = keyOf(view);
  const [state, setState] = useState<SearchState>({ found: null, problem: null, isLoading: true, isOutdated: false });
  const latest = useRef(state);
  const asking = useRef<AbortController>(undefined);
  const set = (changes: Partial<SearchState>): void => {
    latest.current = { ...latest.current, ...changes };
    setState(latest.current);
  };

  const ask = (offset: number, limit: number, tries = 0): void => {
    asking.current?.abort();
    const { signal } = (asking.current = new AbortController());
    const before = latest.current.found?.key === key ? latest.current.found : null;
    set({ isLoading: true });
    askFor(server, view, { offset, limit }, signal).then(
      (page) => {
        const entries = offset === 0 ? page.entries : joined(before?.entries ?? [], page.entries);
        set({ found: { ...page, entries }, problem: null, isLoading: false, isOutdated: false });
      },
      (error: unknown) => {
        if (isAbort(error)) return;
        const problem = error instanceof ServerProblem ? error : new ServerProblem(String(error), 0);
        const delay = retryDelay(problem, tries);
        const isKept = offset > 0 || problem.status === 0;
        set({ found: isKept ? before : null, problem, isLoading: false });
        if (delay === undefined) return;
        const timer = setTimeout(() => ask(offset, limit, tries + 1), delay);
        signal.addEventListener("abort", () => clearTimeout(timer));
      },
    );
  };
  const again = (): void => ask(0, Math.min(Math.max(loadedOf(latest.current, key), PAGE), MOST_REFRESHED));

  // Before the browser paints: an effect after it would cost a frame.
  useLayoutEffect(() => {
    if (loadedOf(latest.current, key) > MOST_REFRESHED && latest.current.problem === null) set({ isOutdated: true });
    else again();
  }, [key, revision, server]);
  useLayoutEffect(() => () => asking.current?.abort(), []);

  return {
    ...state,
    again,
    more: () => {
      const { found, isLoading, problem } = latest.current;
      if (found?.key === key && !isLoading && problem === null && found.loaded < found.total)
        ask(found.loaded, Math.min(found.loaded, LARGEST_PAGE));
    },
    showStar: (backend, id, star) => {
      const { found } = latest.current;
      if (!found) return;
      const entries = found.entries.map((entry) =>
        entry.backend_id === backend && entry.id === id ? { ...entry, star } : entry,
      );
      set({ found: { ...found, entries } });
    },
  };
}

/** What an answer depends on. */
export function keyOf(view: PageView): string {
  return JSON.stringify([view.term.trim(), view.backend, view.filters, view.sort]);
}

function loadedOf({ found }: SearchState, key: string): number {
  return found?.key === key ? found.loaded : 0;
}

/** A list and its next page, which may repeat images that moved. */
function joined(before: readonly Entry[], next: readonly Entry[]): Entry[] {
  return [...new Map([...before, ...next].map((entry) => [entryKey(entry), entry])).values()];
}

/** Asks for a page of images. */
async function askFor(
  server: Server,
  view: PageView,
  { offset, limit }: { offset: number; limit: number },
  signal: AbortSignal,
): Promise<SearchResults> {
  const page = { fields: "extended", limit: String(limit), ...(offset > 0 && { offset: String(offset) }) };
  const query = { ...queryOf(view), ...page };
  const { body, headers } = await server.get<Entry[]>(pathOf(view, "images"), query, signal);
  const suggestion = headers.get("X-Search-Suggestion");
  return {
    key: keyOf(view),
    term: view.term,
    loaded: offset + body.length,
    entries: view.backend === null ? body : withBackend(body, view.backend),
    total: Number(headers.get("X-Total-Count") ?? body.length),
    suggestion: suggestion === null ? null : decodeURIComponent(suggestion),
    catalogue: {
      state: headers.get("X-Catalogue-State"),
      syncedAt: headers.get("X-Catalogue-Synced-At"),
      missing: readMissing(headers.get("X-Catalogue-Missing")),
    },
  };
}

function withBackend(entries: readonly Entry[], backend: string): Entry[] {
  return entries.map((entry) => ({ ...entry, backend_id: backend }));
}

/** Builds of a family that are asked for. */
export const MOST_BUILDS = 200;

/** The builds of a family, whatever a view searches for; at most MOST_BUILDS. */
export async function askForFamily(
  server: Server,
  { backend_id: backend, family }: Pick<Entry, "backend_id" | "family">,
  signal: AbortSignal,
): Promise<Entry[]> {
  const path = `/backends/${encodeURIComponent(backend)}/images`;
  if (family === null) return [];
  const query = { family, fields: "extended", limit: String(MOST_BUILDS) };
  const { body } = await server.get<Entry[]>(path, query, signal);
  return withBackend(body, backend);
}
