import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { BusyError, ConfigError } from "../../errors.ts";

type Types = { bigint: postgres.PostgresType<number> };
export type Client = postgres.Sql<{ bigint: number }>;
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/** Connections to the record. */
export interface RecordLink extends AsyncDisposable {
  readonly client: Client;
  /** Drops every connection, whatever waits on it: the next statement connects anew. */
  reset(): void;
  /** Hands the connections to `ask`, and gives them up when that takes too long: then, and only then, it goes on unheard. */
  within<T>(ms: number, ask: (client: Client) => Promise<T>): Promise<T>;
}

const CONNECT_S = 5;
const KEEPALIVE_S = 10;
/** A writer that stands still within a transaction holds up all others: PostgreSQL ends it after so long. */
const IDLE_MS = 3_000;
const LOCK_MS = 3_000;
const STATEMENT_MS = 120_000;
/** Then it may be tried again: in seconds. */
const RETRY_AFTER_S = 5;

interface LinkOptions {
  readonly max?: number;
  /** Which server to look for among the hosts; undefined: any. */
  readonly target?: "primary" | undefined;
}

function target(wanted: "primary" | undefined): { target_session_attrs?: "primary" } {
  return wanted === undefined ? {} : { target_session_attrs: wanted };
}

/** Nothing is connected before the first statement. */
export function openLink(url: string, options: LinkOptions = {}): RecordLink {
  const { max = 2 } = options;
  const open = (): Client =>
    postgres<Types>(url, {
      max,
      connect_timeout: CONNECT_S,
      keep_alive: KEEPALIVE_S,
      // Not `read-write`, which takes a standby that answers questions.
      ...("target" in options ? target(options.target) : target("primary")),
      backoff: false,
      onnotice: () => undefined,
      types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
      connection: {
        application_name: "imagedex",
        TimeZone: "UTC",
        idle_in_transaction_session_timeout: IDLE_MS,
        lock_timeout: LOCK_MS,
        statement_timeout: STATEMENT_MS,
        tcp_keepalives_idle: KEEPALIVE_S,
        tcp_keepalives_interval: KEEPALIVE_S,
        tcp_keepalives_count: 3,
      },
    });
  let client = open();
  const end = (old: Client): Promise<void> => old.end({ timeout: 0 }).catch(() => undefined);
  const reset = (): void => {
    const old = client;
    client = open();
    void end(old);
  };
  return {
    get client() {
      return client;
    },
    reset,
    async within(ms, ask) {
      const asked = ask(client);
      const late = new AbortController();
      try {
        return await Promise.race([asked, rejectAfter(ms, late.signal)]);
      } catch (error) {
        if (error instanceof TooLate) reset();
        throw error;
      } finally {
        late.abort();
        asked.catch(() => undefined);
      }
    },
    [Symbol.asyncDispose]: () => end(client),
  };
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

/** The record cannot be written now: no answer, shutting down, no connection free, or a primary that is one no more. */
export function isOutOfReach(error: unknown): boolean {
  const code = codeOf(error);
  const ofSocket = /^(CONNECT|CONNECTION_|E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN))/;
  return (
    ofSocket.test(code) || /^(08|53|57P|25006|25P0|58|28|3D000|57014)/.test(code) || error instanceof AggregateError
  );
}

/** What to answer when the record cannot be written. */
export function outOfReach(cause: unknown): BusyError {
  return new BusyError(
    "the record (PostgreSQL) cannot be reached, so nothing can be changed now; try again",
    RETRY_AFTER_S,
    {
      cause,
    },
  );
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
  if (code.startsWith("53")) return "has no free connection; raise max_connections or run fewer nodes";
  if (isOutOfReach(cause)) return `cannot be reached (${code || text}); expected a running PostgreSQL`;
  return `cannot be used: ${text}`;
}
