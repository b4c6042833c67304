import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { readMissing } from "../results/missing.tsx";
import { isAbort, messageOf, type Server } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import { changesQueryOf, type PageView } from "../view.ts";
import type { ChangeKindJson, ChangesPageJson } from "./answers.ts";
import { type Journal, type MergedJournals, mergeJournals, unread } from "./merge-journals.ts";

/** Changes that are asked for at once, of each backend. */
const PAGE = "100";
/** The most pages in a row without a change; then the user must ask for more. */
const MOST_FRUITLESS = 5;

export interface Changes extends MergedJournals {
  readonly isLoading: boolean;
  readonly problem: string | null;
  /** Sources that are not listed, so that their changes are unknown. */
  readonly missing: readonly string[];
  /** Reads the next page. */
  readonly more: () => void;
  /** Reads them anew. */
  readonly again: () => void;
}

interface ChangesState {
  readonly journals: readonly Journal[];
  readonly isLoading: boolean;
  readonly problem: string | null;
  readonly missing: readonly string[];
}

/** The changes that a view's search finds in these backends, the newest first; `kinds`: of which kinds. */
export function useChanges(view: PageView, backends: readonly string[], kinds: readonly ChangeKindJson[]): Changes {
  const server = useServer();
  const key = JSON.stringify([changesQueryOf(view), backends, kinds]);
  const [state, setState] = useState<ChangesState>({ journals: [], isLoading: true, problem: null, missing: [] });
  const asking = useRef<AbortController>(undefined);
  const read = (from: readonly Journal[]): void => {
    asking.current?.abort();
    const { signal } = (asking.current = new AbortController());
    setState((before) => ({ ...before, isLoading: true, problem: null }));
    readOn({ server, view, kinds }, from, signal).then(
      ({ journals, missing }) => setState({ journals, missing, isLoading: false, problem: null }),
      (error: unknown) => {
        if (!isAbort(error)) setState((before) => ({ ...before, isLoading: false, problem: messageOf(error) }));
      },
    );
  };
  const again = (): void => {
    if (kinds.length === 0) return setState({ journals: [], isLoading: false, problem: null, missing: [] });
    read(backends.map(unread));
  };
  useEffect(() => {
    again();
    return () => asking.current?.abort();
  }, [key]);
  const merged = useMemo(() => mergeJournals(state.journals), [state.journals]);
  return { ...merged, ...state, more: () => read(state.journals), again };
}

interface Asked {
  readonly server: Server;
  readonly view: PageView;
  readonly kinds: readonly ChangeKindJson[];
}

/** Reads the next pages of the journals that are behind, until there is another change to show. */
async function readOn(
  asked: Asked,
  from: readonly Journal[],
  signal: AbortSignal,
): Promise<Pick<ChangesState, "journals" | "missing">> {
  let journals = from;
  const missing = new Set<string>();
  const known = mergeJournals(from).changes.length;
  for (let pages = 0; pages < MOST_FRUITLESS; pages++) {
    const { behind, changes } = mergeJournals(journals);
    if (behind.length === 0 || changes.length > known) break;
    const read = await Promise.all(
      journals.filter(({ backend }) => behind.includes(backend)).map((one) => readPage(asked, one, missing, signal)),
    );
    journals = journals.map((journal) => read.find(({ backend }) => backend === journal.backend) ?? journal);
  }
  return { journals, missing: [...missing] };
}

async function readPage(
  { server, view, kinds }: Asked,
  { backend, changes, next }: Journal,
  missing: Set<string>,
  signal: AbortSignal,
): Promise<Journal> {
  const path = `/backends/${encodeURIComponent(backend)}/changes`;
  const query = {
    ...changesQueryOf(view),
    kind: kinds.join(","),
    limit: PAGE,
    ...(next !== null && { before: String(next) }),
  };
  const { body, headers } = await server.get<ChangesPageJson>(path, query, signal);
  for (const source of readMissing(headers.get("X-Catalogue-Missing"))) missing.add(source);
  return { backend, changes: [...changes, ...body.changes], next: body.next };
}
