import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../server/answers.ts";
import { isAbort, type Server, ServerProblem } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { pathOf, queryOf, type View } from "../view.ts";

/** What the server says of the catalogue that an answer comes from. */
export interface CatalogueNote {
  readonly state: string | null;
  readonly syncedAt: string | null;
  /** What the answer lacks: `source (why)`. */
  readonly missing: readonly string[];
}

/** What was found, as far as it is loaded. */
export interface Found {
  /** The term that these are the answer to; the view's may be newer. */
  readonly term: string;
  readonly entries: readonly Entry[];
  readonly total: number;
  /** A term to try instead of one that finds nothing. */
  readonly suggestion: string | null;
  readonly catalogue: CatalogueNote;
}

export interface Search {
  /** Null until the first answer. */
  readonly found: Found | null;
  readonly problem: ServerProblem | null;
  readonly isLoading: boolean;
  /** Loads the next page. */
  readonly more: () => void;
  /** Shows an image's star as it is now, where it stands. */
  readonly showStar: (backend: string, id: string, star: boolean) => void;
}

/** Images asked for at a time. */
const PAGE = 50;
/** As many are asked for again when the catalogue changed. */
const MOST_REFRESHED = 500;

interface State {
  readonly key: string;
  readonly found: Found | null;
  readonly problem: ServerProblem | null;
  readonly isLoading: boolean;
}

/**
 * Asks for what the view shows with every change of it, at once: an answer takes less time than the next key. `revision` grows when
 * the same question may have another answer.
 */
export function useSearch(view: View, revision: number): Search {
  const server = useServer();
  const key = JSON.stringify([view.term.trim(), view.backend, view.filters]);
  const [state, setState] = useState<State>({ key, found: null, problem: null, isLoading: true });
  const latest = useRef(state);
  const asking = useRef<AbortController>(undefined);

  const ask = (offset: number, limit: number): void => {
    asking.current?.abort();
    const { signal } = (asking.current = new AbortController());
    const set = (next: State): void => {
      latest.current = next;
      setState(next);
    };
    set({ ...latest.current, key, isLoading: true });
    askFor(server, view, { offset, limit }, signal).then(
      (page) => {
        const before = offset === 0 ? [] : (latest.current.found?.entries ?? []);
        const found = { ...page, entries: [...before, ...page.entries] };
        set({ key, found, problem: null, isLoading: false });
      },
      (error: unknown) => {
        if (isAbort(error)) return;
        const problem = error instanceof ServerProblem ? error : new ServerProblem(String(error), 0);
        set({ key, found: null, problem, isLoading: false });
      },
    );
  };

  // Before the browser paints: an effect after it would cost a frame.
  useLayoutEffect(() => {
    const isSame = latest.current.key === key;
    const loaded = isSame ? (latest.current.found?.entries.length ?? 0) : 0;
    ask(0, Math.min(Math.max(loaded, PAGE), MOST_REFRESHED));
  }, [key, revision, server]);

  return {
    ...state,
    more: () => {
      const { found, isLoading } = latest.current;
      if (found && !isLoading && found.entries.length < found.total) ask(found.entries.length, PAGE);
    },
    showStar: (backend, id, star) => {
      const { found } = latest.current;
      if (!found) return;
      const entries = found.entries.map((entry) =>
        entry.backend_id === backend && entry.id === id ? { ...entry, star } : entry,
      );
      latest.current = { ...latest.current, found: { ...found, entries } };
      setState(latest.current);
    },
  };
}

/** Asks for a page of images. */
async function askFor(
  server: Server,
  view: View,
  { offset, limit }: { offset: number; limit: number },
  signal: AbortSignal,
): Promise<Found> {
  const page = { fields: "extended", limit: String(limit), ...(offset > 0 && { offset: String(offset) }) };
  const query = { ...queryOf(view), ...page };
  const { body, headers } = await server.get<Entry[]>(pathOf(view, "images"), query, signal);
  const suggestion = headers.get("X-Search-Suggestion");
  return {
    term: view.term,
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

const REASONS: Readonly<Record<string, string>> = {
  pending: "not listed yet",
  forbidden: "permission refused",
  credentials: "credentials refused",
  disabled: "its backend is disabled",
  failed: "its listing failed",
  unanswered: "did not answer this search",
};

/** Reads `X-Catalogue-Missing`: `ec2 eu-west-1 public; forbidden, 3 more`. */
function readMissing(header: string | null): string[] {
  if (header === null) return [];
  return header.split(", ").map((entry) => {
    const [source = "", code] = entry.split("; ");
    return code === undefined ? source : `${decodeURIComponent(source)} (${REASONS[code] ?? code})`;
  });
}

function withBackend(entries: readonly Entry[], backend: string): Entry[] {
  return entries.map((entry) => ({ ...entry, backend_id: backend }));
}

/** The builds of a family that a view's filters let through, whatever it searches for. */
export async function askForFamily(
  server: Server,
  { backend_id: backend, family }: Entry,
  signal: AbortSignal,
): Promise<Entry[]> {
  const path = `/backends/${encodeURIComponent(backend)}/images`;
  if (family === null) return [];
  const query = { family, fields: "extended", limit: "200" };
  const { body } = await server.get<Entry[]>(path, query, signal);
  return withBackend(body, backend);
}
