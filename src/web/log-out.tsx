import type { JSX } from "preact";
import type { SessionJson } from "./server/answers.ts";
import { useServer } from "./server/use-server.ts";

/** The log-out button, for users who logged in. */
export function LogOut({ session }: { session: SessionJson | null }): JSX.Element | null {
  const server = useServer();
  if (session?.by !== "session") return null;
  return (
    // If the server does not answer, the user is still logged in, and the button stays.
    <button type="button" class="quiet" onClick={() => void server.logOut().catch(() => undefined)}>
      Log out
    </button>
  );
}
