import type { Server } from "node:http";
import type { Express } from "express";
import { connectionLimit } from "../access/connection-limit.ts";
import { ConfigError } from "../errors.ts";

/** Answers under way when the process is told to stop may take this long. */
const GRACE_MS = 10_000;
/**
 * Longer than clients and proxies keep a connection without use (most at most a minute): who closes first must be the one
 * who asks, or a question that is on its way meets a closed door.
 */
const KEEP_ALIVE_MS = 75_000;
/** A connection over which nothing goes for so long is cut, also while an answer waits to be read. Listeners have heartbeats. */
const UNREAD_MS = 120_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Throws ConfigError when the address cannot be listened to. */
export async function listen(httpApp: Express, { host, port }: Address): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = httpApp.listen(port, host, (error?: Error) => {
      if (error) reject(new ConfigError(explain(error, host, port), { cause: error }));
      else resolve(server);
    });
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.timeout = UNREAD_MS;
    const most = connectionLimit();
    if (most !== undefined) server.maxConnections = most;
  });
}

function explain(error: Error, host: string, port: number): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `${host}:${port} is in use; set IMAGEDEX_PORT to a free port`;
  if (code === "EACCES") return `${host}:${port} permission denied; set IMAGEDEX_PORT to 1024 or more`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `IMAGEDEX_HOST: ${host} is not an address of this machine`;
  return `${host}:${port} cannot listen: ${error.message}`;
}

/** Lets answers under way end, for a while. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(patience);
}
