import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "./server/answers.ts";
import { useServer } from "./server/use-server.ts";

/** The way out, for who logged in. */
export function LogOut(): JSX.Element | null {
  const server = useServer();
  const [isLoggedIn, setLoggedIn] = useState(false);
  useEffect(() => {
    const asking = new AbortController();
    server.get<Session>("/session", {}, asking.signal).then(
      ({ body }) => setLoggedIn(body.by === "session"),
      // Without access the log-in is shown already.
      () => undefined,
    );
    return () => asking.abort();
  }, [server]);
  if (!isLoggedIn) return null;
  return (
    // Where the server does not answer, one is still logged in, and the button still there.
    <button type="button" class="quiet" onClick={() => void server.logOut().catch(() => undefined)}>
      Log out
    </button>
  );
}
