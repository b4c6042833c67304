import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { BusyError, ConfigError } from "../../errors.ts";
import { readRecordUrl } from "./read-url.ts";

type Types = { bigint: postgres.PostgresType<number> };
export type Client = postgres.Sql<{ bigint: number }>;
/** A connection within a transaction. */
export type Transaction = postgres.ReservedSql<{ bigint: number }>;

/** For statements with parameters that are made again and again: PostgreSQL is not asked each time what it takes them for. */
export const PREPARED = { prepare: true } as const;

/** One connection to the record, made anew whenever it broke. */
export interface RecordLink extends AsyncDisposable {
  /** Makes one statement. Rejects when that takes too long; whether it was made is not known then. */
  within<T>(ms: number, ask: (client: Client) => Promise<T>): Promise<T>;
  /** The same for a transaction: it is committed when `work` resolves. */
  transaction<T>(ms: number, work: (sql: Transaction) => Promise<T>, mode?: string): Promise<T>;
  /** Lets `heard` be called when somebody commits, for as long as the connection is there. */
  listen(channel: string): Promise<void>;
}

const CONNECT_S = 5;
const KEEPALIVE_S = 10;
/** A writer that stands still within a transaction holds up all others: PostgreSQL ends it after so long. */
const IDLE_MS = 3_000;
const LOCK_MS = 3_000;
const STATEMENT_MS = 120_000;
const LISTEN_MS = 5_000;
/** The library rejects within this what was asked over a connection that breaks, or forgets it. */
const FORGOTTEN_MS = 500;
/** Then it may be tried again: in seconds. */
const RETRY_AFTER_S = 5;

interface LinkOptions {
  /** Which server to look for among the hosts; `any` is for looking at what is there. */
  readonly target?: "primary" | "any";
  readonly heard?: () => void;
}

/** A client with one connection. Once that is closed nothing may be sent over it: the library would end the process. */
interface OneConnection {
  readonly client: Client;
  isClosed: boolean;
  /** Called when it is. */
  readonly closed: Set<() => void>;
  isListening: boolean;
  isConnected: boolean;
}

/** Nothing is connected before the first statement. */
export function openLink(url: string, options: LinkOptions = {}): RecordLink {
  let current = connectLazily(url, options, renew);
  function renew(closed: OneConnection): void {
    if (current === closed) current = connectLazily(url, options, renew);
  }
  const limited = async <T>(ms: number, ask: (connection: OneConnection) => Promise<T>): Promise<T> => {
    const connection = current;
    const asked = ask(connection);
    const late = new AbortController();
    using lost = watchClosed(connection);
    try {
      return await Promise.race([asked, lost.rejected, rejectAfter(ms, late.signal)]);
    } catch (error) {
      if (error instanceof TooLate) close(connection, renew);
      throw error;
    } finally {
      late.abort();
      asked.catch(() => undefined);
    }
  };
  return {
    within: (ms, ask) => limited(ms, ({ client }) => ask(client)),
    transaction: (ms, work, mode = "") => limited(ms, (connection) => transact(connection, work, mode)),
    async listen(channel) {
      const connection = current;
      if (connection.isListening) return;
      await limited(LISTEN_MS, ({ client }) => client.unsafe(`LISTEN ${channel}`));
      connection.isListening = true;
    },
    async [Symbol.asyncDispose]() {
      const { client } = current;
      current.isClosed = true;
      await client.end({ timeout: 0 }).catch(() => undefined);
    },
  };
}

function connectLazily(
  url: string,
  { target = "primary", heard }: LinkOptions,
  closed: (one: OneConnection) => void,
): OneConnection {
  const { parameters, host, port, ...address } = readRecordUrl(url);
  // The library accepts these, though its types do not say so.
  const told: object = { host, port, onnotify: () => heard?.() };
  const client: Client = postgres<Types>({
    ...address,
    max: 1,
    connect_timeout: CONNECT_S,
    keep_alive: KEEPALIVE_S,
    // Not `read-write`, which takes a standby that answers questions.
    ...(target === "primary" && { target_session_attrs: target }),
    backoff: false,
    max_lifetime: null,
    // A connection that breaks while the library asks for these would end the process.
    fetch_types: false,
    onnotice: () => undefined,
    onclose: () => close(one, closed),
    ...told,
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: {
      ...parameters,
      application_name: "imagedex",
      TimeZone: "UTC",
      idle_in_transaction_session_timeout: IDLE_MS,
      lock_timeout: LOCK_MS,
      statement_timeout: STATEMENT_MS,
      // How many rows a source or a revision has differs too much for one plan.
      plan_cache_mode: "force_custom_plan",
      tcp_keepalives_idle: KEEPALIVE_S,
      tcp_keepalives_interval: KEEPALIVE_S,
      tcp_keepalives_count: 3,
    },
  });
  const one: OneConnection = { client, isClosed: false, closed: new Set(), isListening: false, isConnected: false };
  return one;
}

function close(one: OneConnection, closed: (one: OneConnection) => void): void {
  if (one.isClosed) return;
  one.isClosed = true;
  for (const hear of one.closed) hear();
  closed(one);
  // Not inside the library's own handler.
  setImmediate(() => void one.client.end({ timeout: 0 }).catch(() => undefined));
}

/** The library forgets some of what was asked over a connection that breaks: then nothing would end the wait but its time. */
function watchClosed({ closed }: OneConnection): Disposable & { readonly rejected: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const hear = (): void => {
    timer = setTimeout(() => reject(new ClosedError("the connection was closed")), FORGOTTEN_MS);
  };
  closed.add(hear);
  return {
    rejected: promise,
    [Symbol.dispose]() {
      closed.delete(hear);
      clearTimeout(timer);
    },
  };
}

async function transact<T>(
  connection: OneConnection,
  work: (sql: Transaction) => Promise<T>,
  mode: string,
): Promise<T> {
  // The library reserves only what is connected, when it does not ask for types.
  if (!connection.isConnected) await connection.client.unsafe("SELECT 1");
  connection.isConnected = true;
  const reserved = await connection.client.reserve();
  const sql = guard(reserved, connection);
  try {
    // Sent with the first statement: it fails only with its connection, and then nothing behind it is made.
    const begun = sql.unsafe(`BEGIN ${mode}`).execute();
    const [done] = await Promise.all([work(sql), begun]);
    await sql.unsafe("COMMIT");
    return done;
  } catch (error) {
    if (!connection.isClosed) await sql.unsafe("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    if (!connection.isClosed) reserved.release();
  }
}

/** Refuses to send anything over a closed connection. */
function guard(sql: Transaction, connection: OneConnection): Transaction {
  const check = (): void => {
    if (connection.isClosed) throw new ClosedError("the connection was closed");
  };
  return new Proxy(sql, {
    apply(target, self, given) {
      check();
      return Reflect.apply(target, self, given);
    },
    get(target, name) {
      check();
      return Reflect.get(target, name);
    },
  });
}

class ClosedError extends Error {
  override readonly name = "ClosedError";
  readonly code = "CONNECTION_CLOSED";
}

/** PostgreSQL did not answer in time. */
class TooLate extends Error {
  override readonly name = "TooLate";
  readonly code = "ETIMEDOUT";
}

async function rejectAfter(ms: number, signal: AbortSignal): Promise<never> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
  throw new TooLate(`no answer within ${ms / 1000} s`);
}

/** PostgreSQL's code of an error, or the socket's. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Somebody else wrote at the same time: the transaction left nothing, and may be made again. */
export function isConflict(error: unknown): boolean {
  return /^(40001|40P01|55P03|23\d{3})$/.test(codeOf(error));
}

/** Somebody else held what was to be written for so long that it was not waited for any more. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03";
}

const DISK_FULL = "53100";
/** Of Node.js: the certificate, or the other side speaks no TLS. */
const OF_TLS = /CERT|SIGNATURE|ERR_SSL|ERR_TLS/;

/** The record cannot be written now: no answer, shutting down, no free connection, or no longer the primary. */
export function isOutOfReach(error: unknown): boolean {
  const code = codeOf(error);
  const ofSocket = /^(CONNECT|CONNECTION_|E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN))/;
  return (
    ofSocket.test(code) ||
    OF_TLS.test(code) ||
    /^(08|53|57P|25006|25P0|58|28|3D000|57014)/.test(code) ||
    error instanceof AggregateError
  );
}

/** What to answer when the record cannot be written. */
export function outOfReach(cause: unknown): BusyError {
  const why = codeOf(cause) === DISK_FULL ? "has no room left on its disk" : "cannot be reached";
  return new BusyError(`the record (PostgreSQL) ${why}, so nothing can be changed now; try again`, RETRY_AFTER_S, {
    cause,
  });
}

/** Names a record without its password. */
export function nameRecord(url: string): string {
  const { hostname, port, pathname, username, host } = readUrl(url);
  const user = username === "" ? "" : `${decodeURIComponent(username)}@`;
  return `postgres://${user}${hostname === "" ? "localhost" : port === "" ? hostname : host}${pathname}`;
}

/** Of several hosts the first is named: a URL has one. */
function readUrl(url: string): URL {
  return new URL(url.replace(/^(\w+:\/\/(?:[^@/]*@)?[^,/]+)(?:,[^,/]+)+/, "$1"));
}

/** Why a server cannot work with its record. */
export function explainRecord(url: string, cause: unknown): ConfigError {
  return new ConfigError(`IMAGEDEX_DATABASE: ${nameRecord(url)} ${said(cause)}`, { cause });
}

function said(cause: unknown): string {
  const code = codeOf(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  if (code.startsWith("28")) return "refused the user or the password; check both";
  if (code === "3D000") return "has no such database; create it first: createdb";
  if (code === "42501") return "does not let this user create tables; make it the owner of the database";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "cannot be found: no such host";
  if (code === "08P01" && /startup parameter/.test(text))
    return "is behind a PgBouncer that refuses startup parameters; name them in its ignore_startup_parameters, and use pool_mode=session";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "has a certificate for another name; name the host as its certificate does, or use sslmode=verify-ca";
  if (/before secure TLS/.test(text)) return "offers no TLS; switch it on there, or use sslmode=disable";
  if (OF_TLS.test(code))
    return `has a certificate that is not trusted (${code}); name the authority's certificate in sslrootcert, or in NODE_EXTRA_CA_CERTS`;
  if (code === DISK_FULL) return "has no room left on its disk";
  if (code.startsWith("53")) return "has no free connection; raise max_connections or run fewer nodes";
  if (isOutOfReach(cause)) return `cannot be reached (${code || text}); expected a running PostgreSQL`;
  return `cannot be used: ${text}`;
}
