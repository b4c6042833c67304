import postgres from "postgres";
import type { NodeProcess } from "../../record/postgres/spawn-node.ts";
import { cpuTime } from "../cpu-time.ts";
import type { Bar } from "../measure.ts";
import { type BenchCluster, IMAGES } from "./bench-cluster.ts";

const TERMS = 150;
const ROUNDS_AGAIN = 3;
/** Searches that do not count: a server has answered some before. */
const WARM_UP = 150;

/** Milliseconds of CPU that a search takes, HTTP included: asked for the first time, and the same again. */
interface Cost {
  readonly first: number;
  readonly again: number;
}

/** What a search costs: page and total, of one process, of a node, and of PostgreSQL with a trigram index. */
export async function compareSearches(cluster: BenchCluster, single: NodeProcess, node: NodeProcess): Promise<Bar[]> {
  const terms = await termsOf(cluster.record);
  const others = (await termsOf(cluster.record, WARM_UP + TERMS)).slice(TERMS);
  const alone = await costOf(single, terms, others);
  const shared = await costOf(node, terms, others);
  const trigrams = await costOfTrigrams(cluster, terms);
  const told = (cost: Cost | undefined): string =>
    cost ? `${cost.first.toFixed(2)} and ${cost.again.toFixed(2)}` : "not there";
  console.log(
    `CPU of a search asked first and again, ms: one process ${told(alone)}, node ${told(shared)}, pg_trgm ${told(trigrams)}`,
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
    ...(trigrams ? [most("CPU of pg_trgm, asked first", shared.first / trigrams.first, 1 / 3)] : []),
    ...(trigrams ? [most("CPU of pg_trgm, asked again", shared.again / trigrams.again, 1 / 10)] : []),
  ];
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

async function costOf(server: NodeProcess, terms: readonly string[], others: readonly string[]): Promise<Cost> {
  const ask = async (term: string): Promise<void> => {
    const answer = await server.ask(`${IMAGES}?limit=50&search_term=${encodeURIComponent(term)}`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${term}: ${answer.status}`);
  };
  const spent = async (rounds: number): Promise<number> => {
    const before = cpuTime(server.pid);
    for (let round = 0; round < rounds; round++) for (const term of terms) await ask(term);
    return (cpuTime(server.pid) - before) / rounds / terms.length;
  };
  for (const term of others) await ask(term);
  const first = await spent(1);
  return { first, again: await spent(ROUNDS_AGAIN) };
}

/** The same images in PostgreSQL alone: words anywhere, the newest first. Undefined where the extension is not installed. */
async function costOfTrigrams({ record }: BenchCluster, terms: readonly string[]): Promise<Cost | undefined> {
  return inDatabase(record, async (sql) => {
    const [known] = await sql`SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'`;
    if (!known) {
      console.log("pg_trgm is not among the extensions of this PostgreSQL: its rows are left out");
      return undefined;
    }
    await sql.unsafe(`CREATE SCHEMA bench; CREATE EXTENSION pg_trgm SCHEMA bench; SET search_path = bench, public;
      SET max_parallel_workers_per_gather = 0; SET jit = off;
      CREATE TABLE texts AS SELECT *,
        lower(concat_ws(' ', image_id, name, description, owner_id, owner_alias, publisher, platform, architecture)) AS text
        FROM images WHERE retired_at IS NULL;
      CREATE INDEX texts_words ON texts USING gin (text bench.gin_trgm_ops); ANALYZE texts`);
    const [backend] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    const spent = async (): Promise<number> => {
      const before = cpuTime(backend?.pid ?? 0);
      for (const term of terms) {
        const [one, two] = term.split(" ").map((word) => `%${word}%`);
        const where = sql`text LIKE ${one ?? ""} AND text LIKE ${two ?? ""}`;
        await sql`SELECT image_id, name, description, owner_id, created_at, extra FROM texts WHERE ${where} ORDER BY created_at DESC NULLS LAST LIMIT 50`;
        await sql`SELECT count(*) FROM texts WHERE ${where}`;
      }
      return (cpuTime(backend?.pid ?? 0) - before) / terms.length;
    };
    const first = await spent();
    const again = await spent();
    await sql.unsafe("DROP SCHEMA bench CASCADE");
    return { first, again };
  });
}

async function inDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
