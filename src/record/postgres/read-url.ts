import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from "node:tls";
import { ConfigError } from "../../errors.ts";

/** Where a record is, and who asks, as the library takes it. */
export interface RecordAddress {
  /** Names, addresses, or the folder of a socket. */
  readonly host: string[];
  readonly port: number[];
  /** The socket itself, where it is one. */
  readonly path?: string;
  readonly database: string;
  readonly user?: string;
  readonly pass?: string;
  readonly ssl: ConnectionOptions | "require" | "allow" | "prefer" | false;
  /** What else PostgreSQL is told when a connection begins. */
  readonly parameters: Readonly<Record<string, string>>;
}

const PORT = 5432;
/** Parameters of the URL that are not PostgreSQL's own, or ours to decide. */
const NOT_TOLD = new Set(["sslmode", "sslrootcert", "application_name", "target_session_attrs", "connect_timeout"]);
const PARTS =
  /^\w+:\/\/(?:(?<user>[^:@/]*)(?::(?<pass>[^@/]*))?@)?(?<hosts>[^/]+)\/(?<database>[^?]+)(?:\?(?<query>.*))?$/;

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?sslmode=…`. An IPv6 address stands in brackets, the folder of a socket is
 * written with %2F. Throws ConfigError for a certificate (sslrootcert) that cannot be read.
 */
export function readRecordUrl(url: string): RecordAddress {
  const { user, pass, hosts = "", database = "", query } = PARTS.exec(url)?.groups ?? {};
  const places = hosts.split(",").map(readPlace);
  const host = places.map((place) => place.host);
  const port = places.map((place) => place.port);
  const asked = new URLSearchParams(query);
  const socket = host[0]?.startsWith("/") ? `${host[0]}/.s.PGSQL.${port[0]}` : undefined;
  return {
    host,
    port,
    ...(socket !== undefined && { path: socket }),
    database: decodeURIComponent(database),
    ...(user && { user: decodeURIComponent(user) }),
    ...(pass !== undefined && { pass: decodeURIComponent(pass) }),
    ssl: socket === undefined ? readTls(host, asked) : false,
    parameters: Object.fromEntries([...asked].filter(([name]) => !NOT_TOLD.has(name))),
  };
}

function readPlace(text: string): { readonly host: string; readonly port: number } {
  const [, address, name, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: address ?? decodeURIComponent(name ?? ""), port: Number(port ?? PORT) };
}

/** As libpq means the modes; where it would only try, as well. */
function readTls(hosts: readonly string[], asked: URLSearchParams): RecordAddress["ssl"] {
  const root = asked.get("sslrootcert");
  const ca = root === null || root === "system" ? undefined : readRoot(root);
  const mode = asked.get("sslmode") ?? (root === null ? "disable" : "verify-full");
  if (mode === "verify-full") return { ...(ca && { ca }), checkServerIdentity: identityOf(hosts) };
  if (mode === "verify-ca" || (mode === "require" && ca))
    return { ...(ca && { ca }), checkServerIdentity: () => undefined };
  return mode === "require" || mode === "allow" || mode === "prefer" ? mode : false;
}

function readRoot(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigError(`IMAGEDEX_DATABASE: sslrootcert: ${file} cannot be read; expected certificates as PEM`, {
      cause,
    });
  }
}

/** The library names no host that is an address, and `localhost` is checked in its place. */
function identityOf(hosts: readonly string[]): (name: string, certificate: PeerCertificate) => Error | undefined {
  const addresses = hosts.filter((host) => isIP(host) > 0);
  return (name, certificate) => {
    if (hosts.includes(name) || addresses.length === 0) return checkServerIdentity(name, certificate);
    const refusals = addresses.map((address) => checkServerIdentity(address, certificate));
    return refusals.includes(undefined) ? undefined : refusals[0];
  };
}
