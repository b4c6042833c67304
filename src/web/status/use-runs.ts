import { useEffect, useState } from "preact/hooks";
import { isAbort, messageOf } from "../server/server.ts";
import { useServer } from "../server/use-server.ts";
import type { BackendRuns, RunJson } from "./answers.ts";

/** The most runs that are requested in all, and of one backend, which is the server's limit. */
const MOST_RUNS = 4_000;
const MOST_OF_ONE = 500;
/** Backends whose runs are asked for. */
const MOST_BACKENDS = 100;

export interface Runs {
  /** Null until they are read. */
  readonly backends: readonly BackendRuns[] | null;
  readonly problem: string | null;
}

/** The runs of backends, bounded; read again with each revision. */
export function useRuns(ids: readonly string[], revision: number): Runs {
  const server = useServer();
  const [runs, setRuns] = useState<Runs>({ backends: null, problem: null });
  const asked = ids.slice(0, MOST_BACKENDS);
  const key = JSON.stringify(asked);
  useEffect(() => {
    if (asked.length === 0) return undefined;
    const asking = new AbortController();
    const limit = Math.min(MOST_OF_ONE, Math.floor(MOST_RUNS / asked.length));
    const read = async (backend: string): Promise<BackendRuns> => {
      const path = `/backends/${encodeURIComponent(backend)}/syncs`;
      const { body } = await server.get<RunJson[]>(path, { limit: String(limit) }, asking.signal);
      return { backend, runs: body, isCut: body.length === limit };
    };
    Promise.all(asked.map(read)).then(
      (backends) => setRuns({ backends, problem: null }),
      (error: unknown) => {
        if (!isAbort(error)) setRuns((before) => ({ ...before, problem: messageOf(error) }));
      },
    );
    return () => asking.abort();
  }, [key, revision]);
  return runs;
}
