import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import type { SessionJson } from "./server/answers.ts";
import { useServer } from "./server/use-server.ts";

/** What the user may do on the page. */
export interface Permissions {
  /** To star images and to start syncs. */
  readonly canWork: boolean;
  /** To add, change and remove backends. */
  readonly canSetUp: boolean;
}

/** Nothing is offered before the server has said what is allowed. */
export const PermissionsContext = createContext<Permissions>({ canWork: false, canSetUp: false });

export function usePermissions(): Permissions {
  return useContext(PermissionsContext);
}

/** The user as the server sees them (null until it has answered), and what they may do. */
export function useSession(isConnected: boolean): {
  readonly session: SessionJson | null;
  readonly permissions: Permissions;
} {
  const server = useServer();
  const [session, setSession] = useState<SessionJson | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    server.get<SessionJson>("/session", {}, asking.signal).then(
      ({ body }) => setSession(body),
      // Without access the log-in is shown already; without a connection it is asked again.
      () => undefined,
    );
    return () => asking.abort();
  }, [server, isConnected]);
  return { session, permissions: useMemo(() => permissionsOf(session), [session]) };
}

/** A token for some backends may not change their settings. */
function permissionsOf(session: SessionJson | null): Permissions {
  const canWork = session?.scope === "admin";
  return { canWork, canSetUp: canWork && session.backends === null };
}
