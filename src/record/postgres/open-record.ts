import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { ConfigError } from "../../errors.ts";
import { MIGRATIONS } from "../../catalogue/file/migrations.ts";
import { createSecretBox } from "../../catalogue/file/secret-box.ts";
import { type Client, explainRecord, nameRecord, openLink, type RecordLink } from "./connect.ts";

/** The record as it was found. */
export interface OpenedRecord {
  /** Different for every record. */
  readonly id: string;
  /** The newest format that this release knows. */
  readonly format: number;
  /** How much this machine's clock is ahead of PostgreSQL's, in ms. */
  readonly clockAheadMs: number;
}

const FOLDER = join(MIGRATIONS, "postgres");
const APPLIED = "imagedex_migrations";
/** gen_random_uuid() without an extension, and what else is used, are in every release from this on. */
const LEAST_VERSION = 140_000;
const PROBE_MS = 10_000;
/** A lock: nodes that start at the same time migrate one after the other. */
const MIGRATION_LOCK = 0x696d6178;
const MIGRATE_MS = 120_000;

/**
 * Makes the record's tables, or brings them up to this release. Throws ConfigError, in one sentence, where the record cannot be used:
 * out of reach, a wrong password, read-only, too old, another program's, of a newer imagedex, or under another secret key.
 */
export async function openRecord(url: string, secretKey: string): Promise<OpenedRecord> {
  const refuse = (why: string): ConfigError => new ConfigError(`IMAGEDEX_DATABASE: ${nameRecord(url)} ${why}`);
  try {
    await probe(url, refuse);
    await using link = openLink(url);
    return await link.within(MIGRATE_MS, async (client) => {
      await prepare(client, refuse);
      return await introduce(client, secretKey, refuse);
    });
  } catch (error) {
    throw error instanceof ConfigError ? error : explainRecord(url, error);
  }
}

/** What a server says of itself. */
interface Probe {
  /** As PostgreSQL writes it: 170006 is 17.6. */
  readonly version: number;
  readonly inRecovery: boolean;
  /** Of the database's default: `on` or `off`. */
  readonly readOnly: string;
}

/** Over a connection that accepts any server: one that accepts only a primary would wait for it for ever. */
async function probe(url: string, refuse: (why: string) => ConfigError): Promise<void> {
  await using link = openLink(url, { target: isOfSeveral(url) ? "primary" : "any" });
  const [found] = await link.within(
    PROBE_MS,
    (client) => client<Probe[]>`SELECT current_setting('server_version_num')::int AS version,
      pg_is_in_recovery() AS "inRecovery", current_setting('default_transaction_read_only') AS "readOnly"`,
  );
  if (!found) throw new Error("no answer");
  const reason = reasonAgainst(found) ?? ((await isPooledByTransaction(link, url)) ? POOLED : undefined);
  if (reason !== undefined) throw refuse(reason);
}

const POOLED =
  "is behind a pooler that shares connections between transactions (PgBouncer: pool_mode=transaction), which drops notifications and locks; use pool_mode=session, or none";
/** Somebody else may be given the connection in between. */
const POOL_TRIES = 3;

/** Whether two clients that are both connected talk to the same process of PostgreSQL. */
async function isPooledByTransaction(link: RecordLink, url: string): Promise<boolean> {
  await using other = openLink(url);
  const ask = async ({ within }: RecordLink): Promise<number | undefined> =>
    (await within(PROBE_MS, (client) => client.unsafe<{ pid: number }[]>("SELECT pg_backend_pid() AS pid")))[0]?.pid;
  for (let tries = 0; tries < POOL_TRIES; tries++) if ((await ask(link)) === (await ask(other))) return true;
  return false;
}

/** Why a server can hold no record; undefined when it can. */
export function reasonAgainst({ version, inRecovery, readOnly }: Probe): string | undefined {
  if (version < LEAST_VERSION) return `is PostgreSQL ${Math.floor(version / 10_000)}; expected 14 or newer`;
  if (inRecovery) return "is a standby, which takes no writes; name the primary, or all hosts separated by commas";
  if (readOnly === "on") return "is read-only (default_transaction_read_only); expected a database to write to";
  return undefined;
}

function isOfSeveral(url: string): boolean {
  return /^\w+:\/\/[^/]*,/.test(url);
}

async function prepare(client: Client, refuse: (why: string) => ConfigError): Promise<void> {
  await client`SELECT set_config('lock_timeout', '60s', false)`;
  await client`SELECT pg_advisory_lock(${MIGRATION_LOCK})`;
  try {
    const tables = await client<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`;
    const names = tables.map(({ name }) => name);
    if (names.length > 0 && !names.includes(APPLIED))
      throw refuse(
        `has tables of another program (${names.toSorted().slice(0, 3).join(", ")}); expected an empty database`,
      );
    const newest = names.includes(APPLIED) ? await newestApplied(client) : 0;
    if (newest > newestFormat()) throw refuse("was upgraded by a newer imagedex; use that version or newer");
    if (newest < newestFormat())
      await migrate(drizzle(client), {
        migrationsFolder: FOLDER,
        migrationsTable: APPLIED,
        migrationsSchema: "public",
      });
    await client`INSERT INTO state (one, record, position, token, format)
      VALUES (1, ${randomUUID()}, 0, ${randomUUID()}, ${newestFormat()})
      ON CONFLICT (one) DO UPDATE SET format = excluded.format WHERE state.format < excluded.format`;
  } finally {
    await client`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`;
  }
}

async function newestApplied(client: Client): Promise<number> {
  const [row] = await client<{ newest: number | null }[]>`SELECT max(created_at) AS newest FROM ${client(APPLIED)}`;
  return row?.newest ?? 0;
}

/** The newest format of a record that this release knows: when its newest migration was made. */
export function newestFormat(): number {
  return Math.max(...readMigrationFiles({ migrationsFolder: FOLDER }).map(({ folderMillis }) => folderMillis));
}

/** The record keeps a fingerprint that only the right key produces: a node with another key could open no secret. */
async function introduce(
  client: Client,
  secretKey: string,
  refuse: (why: string) => ConfigError,
): Promise<OpenedRecord> {
  const before = Date.now();
  const [state] = await client<{ record: string; now: number }[]>`
    SELECT record, (extract(epoch FROM now()) * 1000)::float8 AS now FROM state`;
  if (!state) throw refuse("has the tables of a record, but no state; restore it from a backup");
  const keyCheck = createSecretBox(secretKey).fingerprint(`record ${state.record}`);
  const [kept] = await client<{ keyCheck: string }[]>`
    UPDATE state SET key_check = coalesce(key_check, ${keyCheck}) RETURNING key_check AS "keyCheck"`;
  if (kept?.keyCheck !== keyCheck)
    throw new ConfigError("IMAGEDEX_SECRET_KEY: not the key of this record; expected the same key on every node");
  return { id: state.record, format: newestFormat(), clockAheadMs: (before + Date.now()) / 2 - state.now };
}
