import { spawnEndpoint, type SpawnedEndpoint } from "../../../src/demo/ec2/spawn-endpoint.ts";
import { type PostgresServer, startPostgres } from "../../foreign/postgres.ts";
import { type NodeProcess, spawnNode } from "../../record/postgres/spawn-node.ts";

/** What the parts of the bench measure: one process with a file of its own, and nodes of one record, all filled from one cloud. */
export interface BenchCluster extends AsyncDisposable {
  readonly count: number;
  readonly postgres: PostgresServer;
  readonly record: string;
  readonly endpoint: SpawnedEndpoint;
  /** Starts another process, of this record or of none. It is ended with the cluster. */
  spawn(record: string | undefined, env?: Readonly<Record<string, string>>): Promise<NodeProcess>;
}

export const REGION = "us-east-1";
export const IMAGES = "/backends/bench/images";

export async function openBenchCluster(count: number): Promise<BenchCluster> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const record = await postgres.createDatabase();
  const endpoint = opened.use(await spawnEndpoint({ count: String(count), region: REGION, "cache-mb": "1000" }));
  const all = opened.move();
  return {
    count,
    postgres,
    record,
    endpoint,
    spawn: async (from, env) => all.use(await spawnNode(from, env)),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Makes the cloud a backend, which is listed at once. */
export async function addBackend(
  server: NodeProcess,
  { url, accessKeyId, secretAccessKey }: SpawnedEndpoint,
): Promise<void> {
  const backend = { id: "bench", provider: "ec2", region: REGION, apiurl: url, apikey: accessKeyId };
  const body = JSON.stringify({ ...backend, apisecret: secretAccessKey });
  const headers = { "content-type": "application/json" };
  const made = await server.ask("/backends", { method: "POST", body, headers });
  if (made.status !== 201) throw new Error(await made.text());
  await made.arrayBuffer();
}

/** How many images a search finds; undefined where nothing was listed yet. */
export async function countOn(server: NodeProcess, term: string): Promise<number | undefined> {
  const answer = await server.ask(`${IMAGES}?limit=1&search_term=${encodeURIComponent(term)}`);
  await answer.arrayBuffer();
  return answer.ok ? Number(answer.headers.get("x-total-count")) : undefined;
}

export function percentileOf(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
}
