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
 * (with TLS when there is a certificate; the port is then 2376, else 2375, unless one is named), or as they do not:
 * `https://HOST/path`. Null for any other.
 */
export function readEndpoint(address: string, isTls: boolean): Endpoint | null {
  const socket = /^unix:\/\/(\/[^?#]+)$/.exec(address.trim())?.[1];
  if (socket !== undefined) return { name: `unix://${socket}`, url: "http://localhost", socketPath: socket };
  const url = URL.parse(asHttp(address.trim(), isTls));
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "") return null;
  // A user name or a query could be secret, and goes into logs and the names of sources.
  if (url.username || url.password || url.search || url.hash) return null;
  const text = url.origin + url.pathname.replace(/\/+$/, "");
  return { name: text, url: text };
}

/** As Docker's own clients: without a port it is the engine's, not the web's. */
function asHttp(address: string, isTls: boolean): string {
  const [, host, rest = ""] = /^tcp:\/\/([^/?#@]+)(.*)$/.exec(address) ?? [];
  if (host === undefined) return address;
  const place = /:\d+$/.test(host) ? host : `${host}:${isTls ? 2376 : 2375}`;
  return `${isTls ? "https" : "http"}://${place}${rest}`;
}
