/** Where an engine listens. */
export interface Endpoint {
  /** For people, and in the names of sources. */
  readonly name: string;
  /** The API's address, without a slash at its end. */
  readonly url: string;
  /** To go there by. */
  readonly socketPath?: string;
}

/**
 * Reads an address as Docker's clients take it from `DOCKER_HOST`: `unix:///var/run/docker.sock`, `tcp://HOST:2376`
 * (with TLS when there is a certificate), or as they do not: `https://HOST/path`. Null for any other.
 */
export function readEndpoint(address: string, isTls: boolean): Endpoint | null {
  const socket = /^unix:\/\/(\/[^?#]+)$/.exec(address.trim())?.[1];
  if (socket !== undefined) return { name: `unix://${socket}`, url: "http://localhost", socketPath: socket };
  const url = URL.parse(address.trim().replace(/^tcp:/, isTls ? "https:" : "http:"));
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "") return null;
  // A user name or a query could be secret, and goes into logs and the names of sources.
  if (url.username || url.password || url.search || url.hash) return null;
  const text = url.origin + url.pathname.replace(/\/+$/, "");
  return { name: text, url: text };
}
