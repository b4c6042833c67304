import { useEffect, useState } from "preact/hooks";
import type { News } from "./server/news.ts";
import { ServerProblem } from "./server/server.ts";
import { useServer } from "./server/use-server.ts";

/** A connection that is renewed within this time does not count as lost. */
const RENEWED_WITHIN_MS = 1_000;
const FIRST_TRY_MS = 200;
const NEXT_TRY_MS = 2_000;
/** After an answer that there is no room for one more listener. */
const BUSY_TRY_MS = 10_000;

/**
 * Listens to the server's news as long as the page is open. False while the server does not answer; `onBack` is called when it
 * answers again.
 */
export function useConnection(tell: (news: News) => void, onBack: () => void): boolean {
  const server = useServer();
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    const page = new AbortController();
    let isLost = false;
    let doubt: ReturnType<typeof setTimeout> | undefined;
    const lose = (): void => {
      clearTimeout(doubt);
      isLost = true;
      setConnected(false);
    };
    const opened = (): void => {
      clearTimeout(doubt);
      if (isLost) onBack();
      isLost = false;
      setConnected(true);
    };
    const listen = async (): Promise<void> => {
      for (let wait: number | undefined = 0; wait !== undefined && !page.signal.aborted;) {
        await pause(wait, page.signal);
        wait = await server.listen({ tell, opened, signal: page.signal }).then(
          () => {
            doubt = setTimeout(lose, RENEWED_WITHIN_MS);
            return FIRST_TRY_MS;
          },
          (error: unknown) => {
            const status = error instanceof ServerProblem ? error.status : 0;
            if (page.signal.aborted || status === 401 || status === 403) return undefined;
            if (status === 0 || status === 502 || status === 504) lose();
            else opened();
            return status === 0 ? NEXT_TRY_MS : BUSY_TRY_MS;
          },
        );
      }
    };
    void listen();
    return () => {
      clearTimeout(doubt);
      page.abort();
    };
  }, [server]);
  return isConnected;
}

/** Waits; ends early when the browser reports that the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
