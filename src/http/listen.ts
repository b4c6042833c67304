import type { Server } from "node:http";
import type { Express } from "express";
import { connectionLimit } from "../access/connection-limit.ts";
import { ConfigError } from "../errors.ts";

/** How long answers under way may take after the process was told to stop. */
const GRACE_MS = 10_000;
/**
 * Longer than clients and proxies keep an unused connection (mostly at most a minute). The client must close first, or a
 * request on its way meets a closed connection.
 */
const KEEP_ALIVE_MS = 75_000;
/** A connection without traffic for so long is cut, also while an answer waits to be read. Event streams have heartbeats. */
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

/** Waits for the answers under way, up to the grace period. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(patience);
}
