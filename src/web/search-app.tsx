import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { LogIn } from "./log-in.tsx";
import { SearchPage } from "./search-page.tsx";
import { createServer } from "./server/server.ts";
import { ServerContext } from "./server/use-server.ts";

/** The page, or the way into it where the server asks for a token. */
export function SearchApp(): JSX.Element {
  const [isDenied, setDenied] = useState(false);
  const [tries, setTries] = useState(0);
  const server = useMemo(() => createServer(sessionStorage, () => setDenied(true)), [tries]);
  const logIn = (token: string): void => {
    server.logIn(token);
    setTries(tries + 1);
    setDenied(false);
  };
  if (isDenied) return <LogIn wasRefused={tries > 0} onToken={logIn} />;
  return (
    <ServerContext.Provider value={server}>
      <SearchPage />
    </ServerContext.Provider>
  );
}
