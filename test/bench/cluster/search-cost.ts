import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import type { NodeProcess } from "../../record/postgres/spawn-node.ts";
import { cpuTime } from "../cpu-time.ts";
import { type Bar, medianOf } from "../measure.ts";
import { type BenchCluster, IMAGES } from "./bench-cluster.ts";

const TERMS = 150;
const ROUNDS_AGAIN = 9;
/** Searches that do not count: a server has answered some before. */
const WARM_UP = 150;

/** Milliseconds of CPU that a search takes, HTTP included: asked for the first time, and the same again. */
interface Cost {
  readonly first: number;
  readonly again: number;
}

/** Terms that one server is asked before another's turn comes: what else the machine does meets all alike. */
const TURN = 15;

/** A server that is measured: what it answers, and the CPU of all processes that work for it, in ms. */
interface Measured {
  readonly ask: (term: string) => Promise<Response>;
  readonly spent: () => number;
}

/** What a search costs: page and total, of one process, of a node, and of a server that searches in PostgreSQL with a trigram index. */
export async function compareSearches(cluster: BenchCluster, single: NodeProcess, node: NodeProcess): Promise<Bar[]> {
  const terms = await termsOf(cluster.record);
  const others = (await termsOf(cluster.record, WARM_UP + TERMS)).slice(TERMS);
  await using trigrams = await openTrigrams(cluster);
  const measured = [...[single, node].map(measuredNode), ...(trigrams ? [trigrams] : [])];
  const [alone, shared, rival] = await costsOf(measured, terms, others);
  if (!alone || !shared) throw new Error("nothing was measured");
  const told = (cost: Cost | undefined): string =>
    cost ? `${cost.first.toFixed(2)} and ${cost.again.toFixed(2)}` : "not there";
  console.log(
    `CPU of a search asked first and again, ms: one process ${told(alone)}, node ${told(shared)}, pg_trgm ${told(rival)}`,
  );
  const most = (what: string, measured: number, bar: number): Bar => ({
    what: `search on a node: ${what}`,
    measured,
    bar,
    atLeast: false,
  });
  return [
    most("CPU of one process, asked first", shared.first / alone.first, 1.1),
    most("CPU of one process, asked again", shared.again / alone.again, 1.1),
    ...(rival ? [most("CPU of pg_trgm, asked first", shared.first / rival.first, 1 / 3)] : []),
    ...(rival ? [most("CPU of pg_trgm, asked again", shared.again / rival.again, 1 / 10)] : []),
  ];
}

function measuredNode(server: NodeProcess): Measured {
  return {
    ask: (term) => server.ask(`${IMAGES}?limit=50&search_term=${encodeURIComponent(term)}`),
    spent: () => cpuTime(server.pid),
  };
}

/** Two words of a name each, of names all over the catalogue. */
export async function termsOf(record: string, count = TERMS): Promise<string[]> {
  const names = await inDatabase(
    record,
    (sql) => sql<{ name: string }[]>`
    SELECT name FROM images WHERE retired_at IS NULL ORDER BY md5(image_id) LIMIT ${count * 4}`,
  );
  const terms = names.flatMap(({ name }, at) => {
    const words = name
      .toLowerCase()
      .split(/[^a-z0-9.]+/)
      .filter((word) => word.length >= 3);
    const [one, two] = [words[at % words.length], words[(at + 1) % words.length]];
    return one === undefined || two === undefined || one === two ? [] : [`${one} ${two}`];
  });
  return [...new Set(terms)].slice(0, count);
}

async function costsOf(
  servers: readonly Measured[],
  terms: readonly string[],
  others: readonly string[],
): Promise<Cost[]> {
  const ask = async (server: Measured, asked: readonly string[]): Promise<number> => {
    const before = server.spent();
    for (const term of asked) {
      const answer = await server.ask(term);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${term}: ${answer.status}`);
    }
    return server.spent() - before;
  };
  const round = async (): Promise<number[]> => {
    const spent = servers.map(() => 0);
    for (let at = 0; at < terms.length; at += TURN)
      for (const [n, server] of servers.entries())
        spent[n] = (spent[n] ?? 0) + (await ask(server, terms.slice(at, at + TURN)));
    return spent.map((ms) => ms / terms.length);
  };
  for (const server of servers) await ask(server, others);
  const first = await round();
  const rounds: number[][] = [];
  for (let n = 0; n < ROUNDS_AGAIN; n++) rounds.push(await round());
  return first.map((ms, n) => ({ first: ms, again: medianOf(rounds.map((spent) => spent[n] ?? 0)) }));
}

/** The same images in PostgreSQL alone, and a server that searches them. Undefined where the extension is not installed. */
async function openTrigrams({ record }: BenchCluster): Promise<(Measured & AsyncDisposable) | undefined> {
  const isThere = await inDatabase(record, async (sql) => {
    const [known] = await sql`SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'`;
    if (!known) return false;
    await sql.unsafe(`CREATE SCHEMA bench; CREATE EXTENSION pg_trgm SCHEMA bench; SET search_path = bench, public;
      CREATE TABLE texts AS SELECT *,
        lower(concat_ws(' ', image_id, name, description, owner_id, owner_alias, publisher, platform, architecture)) AS text
        FROM images WHERE retired_at IS NULL;
      CREATE INDEX texts_words ON texts USING gin (text bench.gin_trgm_ops); ANALYZE texts`);
    return true;
  });
  if (!isThere) {
    console.log("pg_trgm is not among the extensions of this PostgreSQL: its rows are left out");
    return undefined;
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, "trigram-server.ts"), record], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { port, backend }: { port: number; backend: number } = JSON.parse(String(line));
  return {
    ask: (term) => fetch(`http://127.0.0.1:${port}/?search_term=${encodeURIComponent(term)}`),
    spent: () => cpuTime(child.pid ?? 0) + cpuTime(backend),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
      await inDatabase(record, (sql) => sql.unsafe("DROP SCHEMA bench CASCADE"));
    },
  };
}

async function inDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
