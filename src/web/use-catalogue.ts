import { useEffect, useState } from "preact/hooks";
import type { BackendJson } from "./server/answers.ts";
import type { EndNews, News, ProgressNews } from "./server/news.ts";
import { isAbort, ServerProblem } from "./server/server.ts";
import { useServer } from "./server/use-server.ts";
import { useConnection } from "./use-connection.ts";

/** What the page knows of the catalogue, kept up to date by the server's news. */
export interface ShownCatalogue {
  /** Null until they are read. */
  readonly backends: readonly BackendJson[] | null;
  /** False while the server does not answer, so that nothing shown is certain. */
  readonly isConnected: boolean;
  readonly problem: string | null;
  /** Syncs under way, by run. */
  readonly progress: ReadonlyMap<number, ProgressNews>;
  /** Syncs that ended badly while the page was open, by source. */
  readonly failures: ReadonlyMap<string, EndNews>;
  /** Grows when images may have changed. */
  readonly revision: number;
  /** Reads the backends again, and lets everything be asked for again. */
  readonly refresh: () => void;
  readonly dismiss: (source: string) => void;
}

export function useCatalogue(): ShownCatalogue {
  const server = useServer();
  const [backends, setBackends] = useState<readonly BackendJson[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [progress, setProgress] = useState<ShownCatalogue["progress"]>(new Map());
  const [failures, setFailures] = useState<ShownCatalogue["failures"]>(new Map());
  const [revision, setRevision] = useState(0);
  const refresh = (): void => setRevision((before) => before + 1);

  useEffect(() => {
    const asking = new AbortController();
    server.get<BackendJson[]>("/backends", {}, asking.signal).then(
      ({ body }) => {
        setBackends(body);
        setProblem(null);
      },
      (error: unknown) => {
        // A lost connection is reported once, in place of the results.
        const isSaid = isAbort(error) || (error instanceof ServerProblem && error.status === 0);
        if (!isSaid) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => asking.abort();
  }, [server, revision]);

  const tell = (news: News): void => {
    setProgress((before) => progressAfter(before, news));
    setFailures((before) => failuresAfter(before, news));
    if (news.event !== "progress") refresh();
  };
  const isConnected = useConnection(tell, () => {
    // Syncs may have ended meanwhile; the server reports those that go on.
    setProgress(new Map());
    refresh();
  });

  const dismiss = (source: string): void =>
    setFailures((before) => new Map([...before].filter(([name]) => name !== source)));
  return { backends, isConnected, problem, progress, failures, revision, refresh, dismiss };
}

function progressAfter(before: ShownCatalogue["progress"], news: News): ShownCatalogue["progress"] {
  if (news.event === "catalogue") return before;
  const after = new Map(before);
  if (news.event === "progress") after.set(news.run, news);
  else after.delete(news.run);
  return after;
}

function failuresAfter(before: ShownCatalogue["failures"], news: News): ShownCatalogue["failures"] {
  if (news.event !== "end") return before;
  const after = new Map(before);
  if (news.state === "complete") after.delete(news.source);
  else after.set(news.source, news);
  return after;
}
