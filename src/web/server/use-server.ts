import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Server } from "./server.ts";

export const ServerContext = createContext<Server | null>(null);

/** The server, wherever on the page it is asked. */
export function useServer(): Server {
  const server = useContext(ServerContext);
  if (!server) throw new Error("there is no server around this component");
  return server;
}
