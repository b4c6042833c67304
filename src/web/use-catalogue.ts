import { useEffect, useState } from "preact/hooks";
import type { Backend } from "./server/answers.ts";
import type { EndNews, News, ProgressNews } from "./server/news.ts";
import { messageOf, ServerProblem } from "./server/server.ts";
import { useServer } from "./server/use-server.ts";

/** What the page knows of the catalogue, kept up to date by the server's news. */
export interface Catalogue {
  /** Null until they are read. */
  readonly backends: readonly Backend[] | null;
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

const NEXT_TRY_MS = 2_000;

export function useCatalogue(): Catalogue {
  const server = useServer();
  const [backends, setBackends] = useState<readonly Backend[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [progress, setProgress] = useState<Catalogue["progress"]>(new Map());
  const [failures, setFailures] = useState<Catalogue["failures"]>(new Map());
  const [revision, setRevision] = useState(0);
  const refresh = (): void => setRevision((before) => before + 1);

  useEffect(() => {
    const asking = new AbortController();
    server.get<Backend[]>("/backends", {}, asking.signal).then(
      ({ body }) => {
        setBackends(body);
        setProblem(null);
      },
      (error: unknown) => asking.signal.aborted || setProblem(messageOf(error)),
    );
    return () => asking.abort();
  }, [server, revision]);

  useEffect(() => {
    const listening = new AbortController();
    void listenOn(listening.signal, () =>
      server.listen((news) => {
        setProgress((before) => progressAfter(before, news));
        setFailures((before) => failuresAfter(before, news));
        if (news.event !== "progress") refresh();
      }, listening.signal),
    );
    return () => listening.abort();
  }, [server]);

  const dismiss = (source: string): void =>
    setFailures((before) => new Map([...before].filter(([name]) => name !== source)));
  return { backends, problem, progress, failures, revision, refresh, dismiss };
}

/** Listens again whenever the connection was lost, until told to stop; who may not listen does not try again. */
async function listenOn(signal: AbortSignal, listen: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await listen();
    } catch (error) {
      if (error instanceof ServerProblem && error.status >= 400 && error.status < 500) return;
    }
    await new Promise((resolve) => setTimeout(resolve, NEXT_TRY_MS));
  }
}

function progressAfter(before: Catalogue["progress"], news: News): Catalogue["progress"] {
  if (news.event === "catalogue") return before;
  const after = new Map(before);
  if (news.event === "progress") after.set(news.run, news);
  else after.delete(news.run);
  return after;
}

function failuresAfter(before: Catalogue["failures"], news: News): Catalogue["failures"] {
  if (news.event !== "end") return before;
  const after = new Map(before);
  if (news.state === "complete") after.delete(news.source);
  else after.set(news.source, news);
  return after;
}
