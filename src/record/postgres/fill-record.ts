import { randomUUID } from "node:crypto";
import { ConfigError } from "../../errors.ts";
import { explainRecord, isConflict, isOutOfReach, nameRecord, openLink, type Transaction } from "./connect.ts";
import { IMAGES, JOURNAL, RECORD_TABLES, type RecordRow, type RecordTable } from "./record-tables.ts";
import { findCommitted, moveState, upsertRows } from "./write-changes.ts";

/** A catalogue that becomes a record's. */
export interface CatalogueRows {
  /** Batches of a table's rows, small enough to be sent together. */
  rowsOf(table: RecordTable): Iterable<readonly RecordRow[]>;
  /** Numbers that are never given twice, and how far they were counted. */
  readonly counters: readonly { readonly name: string; readonly value: number }[];
}

/** Two million images take minutes. */
const FILL_MS = 60 * 60_000;
const ASK_MS = 10_000;
/** A busy machine may need longer between two statements than a writer that blocks others is allowed. */
const PAUSE_MS = 120_000;
/** Rows that refer to sources alone: they are many, so they come before anybody has to wait. */
const OF_SOURCES = [IMAGES, JOURNAL];
/** What people decided refers to backends. Counters are merged; who may ask here stays. */
const OTHERS = RECORD_TABLES.filter(({ name }) => !["sources", "counters", "access_tokens"].includes(name));

/** How far a record has counted its sources. Throws ConfigError for one that has backends. */
export async function readLastSource(url: string): Promise<number> {
  await using link = openLink(url);
  return await link.within(ASK_MS, async (client) => {
    const [found] = await client<{ backends: number; lastSource: number }[]>`
      SELECT (SELECT count(*) FROM backends) AS backends,
        greatest((SELECT max(id) FROM sources), (SELECT value FROM counters WHERE name = 'source'), 0) AS "lastSource"`;
    if (!found || found.backends > 0) throw isHeld(url, found?.backends ?? 0);
    return found.lastSource;
  });
}

function isHeld(url: string, backends: number): ConfigError {
  return new ConfigError(
    `${nameRecord(url)} already holds a catalogue (backends: ${backends}); expected an empty record, such as a new database`,
  );
}

/**
 * Makes a catalogue the record's, in one transaction. Its access tokens stay. Throws ConfigError, and changes nothing, where it has
 * backends, was changed meanwhile, or is out of reach. Every node compares its file with it afterwards.
 */
export async function fillRecord(url: string, catalogue: CatalogueRows, format: number): Promise<void> {
  const token = randomUUID();
  await using link = openLink(url);
  try {
    await link.transaction(FILL_MS, (sql) => fill(sql, { url, catalogue, token, format }));
  } catch (error) {
    if (isConflict(error))
      throw new ConfigError(`${nameRecord(url)} was changed meanwhile, and nothing imported; try again`, {
        cause: error,
      });
    if (!isOutOfReach(error)) throw error;
    // The connection may have broken after the commit.
    const committed = await link.within(ASK_MS, (client) => findCommitted(client, token)).catch(() => undefined);
    if (committed === undefined) throw explainRecord(url, error);
  }
}

interface Filling {
  readonly url: string;
  readonly catalogue: CatalogueRows;
  readonly token: string;
  readonly format: number;
}

async function fill(sql: Transaction, { url, catalogue, token, format }: Filling): Promise<void> {
  const write = async (table: RecordTable): Promise<void> => {
    for (const rows of catalogue.rowsOf(table)) await upsertRows(sql, table, rows);
  };
  await sql.unsafe(`SET LOCAL idle_in_transaction_session_timeout = ${PAUSE_MS}`);
  // Those that no backend shows any more.
  await sql`DELETE FROM sources`;
  for (const table of RECORD_TABLES) if (table.name === "sources") await write(table);
  for (const table of OF_SOURCES) await write(table);
  // From here on all other writers wait.
  await sql`RESET idle_in_transaction_session_timeout`;
  await sql`SELECT 1 FROM state FOR UPDATE`;
  const [held] = await sql<{ backends: number }[]>`SELECT count(*) AS backends FROM backends`;
  if (!held || held.backends > 0) throw isHeld(url, held?.backends ?? 0);
  for (const table of OTHERS) await write(table);
  for (const { name, value } of catalogue.counters)
    await sql`INSERT INTO counters (name, value) VALUES (${name}, ${value})
      ON CONFLICT (name) DO UPDATE SET value = greatest(counters.value, excluded.value)`;
  // A feed that does not go back to where a node is makes it compare.
  await sql`DELETE FROM feed`;
  await moveState(sql, { token, format, kind: "settings", entry: { keys: [] } });
}
