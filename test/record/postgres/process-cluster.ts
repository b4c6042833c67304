import { isDeepStrictEqual } from "node:util";
import postgres from "postgres";
import { expect } from "vitest";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { readReplica } from "../../../src/catalogue/file/replica.ts";
import { startEc2Endpoint } from "../../../src/demo/ec2/ec2-endpoint.ts";
import { createCatalogue } from "../../../src/demo/generate/catalogue.ts";
import { churnCatalogue } from "../../../src/demo/generate/churn.ts";
import { createGeneratedRegion } from "../../../src/demo/generate/generate-catalogue.ts";
import { until } from "../../until.ts";
import { contentsOf, indexTroubles } from "./cluster-lab.ts";
import { type NodeProcess, spawnNode } from "./spawn-node.ts";

/** A cloud of one region, in this process. */
export interface Cloud extends AsyncDisposable {
  readonly url: string;
  /** Of all machine images that it has now, sorted. */
  ids(): string[];
  /** Adds, removes and changes a share of its images. */
  churn(seed: number): void;
  /** Calls `hear` when the next listing asks for this page of the public images, before it is answered; 1 is the first. */
  onPage(page: number, hear: () => void): void;
}

const REGION = "eu-west-1";
const KEY = { id: "AKIADEMODEMODEMODEMO", secret: "demo-secret-key", account: "111122223333" };
const PAGE = 250;
const CHURN = 0.1;

export async function startCloud(count: number): Promise<Cloud> {
  const region = createCatalogue(createGeneratedRegion({ count, seed: 1, region: REGION, accounts: [] }));
  const endpoint = await startEc2Endpoint({ catalogues: [region], accessKeys: [KEY], mostResults: PAGE });
  return {
    url: endpoint.url,
    ids: () =>
      Array.from({ length: region.size }, (_, at) => region.entryAt(at)?.image)
        .flatMap((image) => (image?.ImageType === "machine" ? [image.ImageId] : []))
        .toSorted(),
    churn: (seed) => void churnCatalogue(region, { share: CHURN, seed }),
    onPage(wanted, hear) {
      let page = 0;
      endpoint.misbehave(({ params }) => {
        if (params.get("ExecutableBy.1") === "all" && ++page === wanted) hear();
        return undefined;
      });
    },
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}

/** Three nodes of one record, with a backend of the cloud that all of them have. */
export interface ProcessCluster extends AsyncDisposable {
  readonly nodes: readonly [NodeProcess, NodeProcess, NodeProcess];
  readonly record: string;
}

export const BACKEND = "/backends/cloud";
const JSON_TYPE = { "content-type": "application/json" };

export async function startCluster(record: string, cloud: Cloud): Promise<ProcessCluster> {
  await using started = new AsyncDisposableStack();
  const spawn = async (): Promise<NodeProcess> => started.use(await spawnNode(record));
  const nodes = [await spawn(), ...(await Promise.all([spawn(), spawn()]))] as const;
  const [first] = nodes;
  const backend = { id: "cloud", provider: "ec2", region: REGION, apiurl: cloud.url };
  const keyed = JSON.stringify({ ...backend, apikey: KEY.id, apisecret: KEY.secret });
  const made = await first.ask("/backends", { method: "POST", body: keyed, headers: JSON_TYPE });
  expect(made.status, await made.text()).toBe(201);
  await syncOn(first);
  for (const node of nodes)
    await until("the first listing on all nodes", async () => (await node.ask(`${BACKEND}/images?limit=1`)).ok);
  const all = started.move();
  return { nodes, record, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Lets all leases be over, as if nobody had renewed them for 15 seconds. */
export async function endLeases({ record }: ProcessCluster): Promise<void> {
  await asking(record, (sql) => sql`UPDATE leases SET until = clock_timestamp() - interval '1 second'`);
}

interface Run {
  readonly id: number;
  readonly state: string;
  readonly code: string | null;
}

/** Lists the cloud on a node, as soon as nobody else does, to the end. */
export async function syncOn(node: NodeProcess): Promise<void> {
  await until("a whole sync", async () => {
    const started = await node.ask(`${BACKEND}/sync`, { method: "POST" });
    const asked: Run[] = await started.json();
    if (started.status !== 202 && started.status !== 200) throw new Error(JSON.stringify(asked));
    const ended = await until("the end of a sync", async () => {
      const runs = await runsOn(node);
      const mine = runs.filter(({ id }) => asked.some((run) => run.id === id));
      return mine.every(({ state }) => state !== "queued" && state !== "running") && mine;
    });
    return ended.length > 1 && ended.every(({ state }) => state === "complete");
  });
}

export async function runsOn(node: NodeProcess): Promise<Run[]> {
  return (await node.ask(`${BACKEND}/syncs`)).json();
}

/** Stars or unstars; the status. */
export async function star(node: NodeProcess, id: string): Promise<number> {
  return (await node.ask(`${BACKEND}/images/${id}`, { method: "POST" })).status;
}

const TERMS = ["", "ubuntu", "arm64 server", "windows 2022", "newer build"];

/** Nodes and record have the same images, and nodes all else alike: settings, journal, index, and the order of answers. */
export async function expectAlike({ nodes, record }: ProcessCluster): Promise<void> {
  const [first, ...others] = await until("all nodes as new as the record", async () => {
    const before = await stateOf(record);
    const found = [await readRecord(record), ...(await Promise.all(nodes.map(readNode)))];
    const isSame = found.every(({ at }) => isDeepStrictEqual(at, before));
    return isSame && isDeepStrictEqual(await stateOf(record), before) && found;
  });
  const [one] = others;
  for (const { images } of others) expect(images).toEqual(first?.images);
  for (const { all, orders, troubles } of others) {
    expect(all).toEqual(one?.all);
    expect(orders).toEqual(one?.orders);
    expect(troubles).toEqual([]);
  }
}

interface Found {
  /** Position and token. */
  readonly at: unknown;
  /** Source, id, digest and end of each image. */
  readonly images: unknown;
  readonly all?: unknown;
  readonly orders?: unknown;
  readonly troubles?: unknown;
}

async function readNode(node: NodeProcess): Promise<Found> {
  using catalogue = openCatalogue(node.file, { mustExist: true, replica: "guarded" });
  const before = readReplica(catalogue);
  const orders = await Promise.all(
    TERMS.map(async (term) => {
      const answer = await node.ask(`${BACKEND}/images?search_term=${encodeURIComponent(term)}&limit=500`);
      expect(answer.status).toBe(200);
      const entries: { id: string }[] = await answer.json();
      return [answer.headers.get("etag"), answer.headers.get("x-total-count"), ...entries.map(({ id }) => id)];
    }),
  );
  const at = readReplica(catalogue);
  const images = catalogue.sqlite.prepare(`SELECT ${MARKS} FROM images`).raw().all();
  return {
    // What it answered is of this state if it followed nothing meanwhile.
    at: at?.position === before?.position ? [at?.position, at?.token] : undefined,
    images: inOrder(images),
    all: contentsOf({ catalogue }),
    orders,
    troubles: indexTroubles({ catalogue }),
  };
}

const MARKS = "source_id, image_id, digest, retired_at";

async function readRecord(record: string): Promise<Found> {
  const images = await asking(record, (sql) => sql.unsafe(`SELECT ${MARKS} FROM images`).values());
  return { at: await stateOf(record), images: inOrder(images.map(([source, ...rest]) => [Number(source), ...rest])) };
}

async function stateOf(record: string): Promise<unknown> {
  const [state] = await asking(record, (sql) => sql`SELECT position::int AS position, token FROM state`);
  return [state?.["position"], state?.["token"]];
}

function inOrder(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

async function asking<T>(record: string, ask: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(record, { max: 1, fetch_types: false, target_session_attrs: "primary", connect_timeout: 5 });
  try {
    return await ask(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
