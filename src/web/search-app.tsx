import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { LogIn } from "./log-in.tsx";
import { SearchPage } from "./search-page.tsx";
import { createServer } from "./server/server.ts";
import { ServerContext } from "./server/use-server.ts";

/** The page, or the log-in if the server needs a token. */
export function SearchApp(): JSX.Element {
  const [isDenied, setDenied] = useState(false);
  const server = useMemo(() => createServer(() => setDenied(true)), []);
  return (
    <ServerContext.Provider value={server}>
      {isDenied ? <LogIn onLoggedIn={() => setDenied(false)} /> : <SearchPage />}
    </ServerContext.Provider>
  );
}
