import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { commitListing } from "../../../src/catalogue/listing/commit-listing.ts";
import { stageListing } from "../../../src/catalogue/listing/stage-listing.ts";
import { exportCatalogue } from "../../../src/catalogue/transfer/export-catalogue.ts";
import { insertRun } from "../../../src/record/runs.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { NOW, seedBackend } from "../../catalogue/seed.ts";
import type { NodeProcess } from "../../record/postgres/spawn-node.ts";
import { until } from "../../until.ts";
import { corpusImages } from "../corpus.ts";
import { type Bar, medianOf } from "../measure.ts";
import { addBackend, type BenchCluster, IMAGES, REGION } from "./bench-cluster.ts";

const SYNC_MS = 20 * 60_000;
const ROUNDS = 3;
/** The account's own images, and everybody's. */
const SOURCES = 2;
/** Each transaction writes one of the first two; leases are renewed by the clock. */
const OF_EACH_WRITE = ["state", "feed", "leases"];
/** PostgreSQL counts what was written once a connection was idle for so long. */
const COUNTED_MS = 11_000;

/** First listings of one process and of a node, in seconds each. */
export async function listFirst(cluster: BenchCluster, single: NodeProcess, node: NodeProcess): Promise<void> {
  for (const [name, server] of [
    ["one process", single],
    ["a node", node],
  ] as const) {
    const startedAt = performance.now();
    await addBackend(server, cluster.endpoint);
    await runsEnd(server);
    console.log(`first sync by ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}

/** A new node from rows, and one from what it exported, beside staging and committing the same images in one file. */
export async function fillNode(
  cluster: BenchCluster,
): Promise<{ readonly node: NodeProcess; readonly third: NodeProcess; readonly bars: Bar[] }> {
  const local = await firstCommit(cluster.count);
  const startedAt = performance.now();
  const node = await cluster.spawn(cluster.record);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`a new node is ready after ${seconds.toFixed(1)} s; the same images in one file ${local.toFixed(1)} s`);
  const snapshot = exportOf(node);
  const beganAt = performance.now();
  const third = await cluster.spawn(cluster.record, { IMAGEDEX_REPLICA: snapshot });
  const sooner = (performance.now() - beganAt) / 1000;
  console.log(`a new node from what another one exported is ready after ${sooner.toFixed(1)} s`);
  const most = (what: string, measured: number, bar: number): Bar => ({
    what: `new node from ${what}: of a local first commit`,
    measured,
    bar,
    atLeast: false,
  });
  return { node, third, bars: [most("rows", seconds / local, 1.5), most("a snapshot", sooner / local, 0.3)] };
}

/** In the folder of the node's own file, which goes with it. */
function exportOf({ file }: NodeProcess): string {
  using catalogue = openCatalogue(file, { mustExist: true, replica: "guarded" });
  const snapshot = join(dirname(file), "snapshot.db");
  exportCatalogue(catalogue, snapshot, { now: () => new Date().toISOString() });
  return snapshot;
}

/** Staging and committing, in seconds; what makes the images does not count. */
async function firstCommit(count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-bench-"));
  try {
    using catalogue = openCatalogue(join(folder, "imagedex.db"));
    const backend = await seedBackend(catalogue, "bench");
    const [source] = sourcesOf(catalogue, backend.id);
    if (!source) throw new Error("the backend has no source");
    const stage = stageListing(catalogue, source);
    let ms = 0;
    const timed = (work: () => void): void => {
      const startedAt = performance.now();
      work();
      ms += performance.now() - startedAt;
    };
    let page: Parameters<typeof stage.add>[0][number][] = [];
    for (const image of corpusImages(count, REGION)) {
      page.push(image);
      if (page.length < 1000) continue;
      timed(() => stage.add(page));
      page = [];
    }
    timed(() => stage.add(page));
    timed(
      () => void commitListing(stage, { now: () => NOW, retire: true, runId: insertRun(catalogue, source.id, NOW) }),
    );
    return ms / 1000;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Listings that bring nothing new: their speed, and what they write. */
export async function listUnchanged(cluster: BenchCluster, single: NodeProcess, node: NodeProcess): Promise<Bar[]> {
  const [alone, shared]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    alone?.push(await syncTime(single));
    shared?.push(await syncTime(node));
  }
  await delay(COUNTED_MS);
  const before = await writtenRows(cluster.record);
  await syncTime(node);
  await delay(COUNTED_MS);
  const after = await writtenRows(cluster.record);
  const written = [...after]
    .map(([table, rows]) => [table, rows - (before.get(table) ?? 0)] as const)
    .filter(([, rows]) => rows > 0);
  const [one, two] = [medianOf(alone ?? []), medianOf(shared ?? [])];
  console.log(
    `unchanged sync of two sources: ${one.toFixed(1)} s by one process, ${two.toFixed(1)} s by a node; rows written: ${JSON.stringify(Object.fromEntries(written))}`,
  );
  const rows = written.filter(([table]) => !OF_EACH_WRITE.includes(table)).reduce((sum, [, each]) => sum + each, 0);
  return [
    {
      what: `unchanged sync: rows written in PostgreSQL, a source, without ${OF_EACH_WRITE.join(", ")}`,
      measured: rows / SOURCES,
      bar: 5,
      atLeast: false,
    },
    { what: "unchanged sync: of one process's speed", measured: one / two, bar: 0.95, atLeast: true },
  ];
}

async function syncTime(server: NodeProcess): Promise<number> {
  const startedAt = performance.now();
  const started = await server.ask("/backends/bench/sync", { method: "POST" });
  if (started.status !== 202) throw new Error(`sync: ${started.status} ${await started.text()}`);
  await started.arrayBuffer();
  await runsEnd(server);
  return (performance.now() - startedAt) / 1000;
}

/** Resolves when no run is under way. Rejects when the last ones failed. */
async function runsEnd(server: NodeProcess): Promise<void> {
  const areEnded = async (): Promise<boolean> => {
    const answer = await server.ask("/backends/bench/syncs?limit=2");
    const runs: { state: string; error: string | null }[] = await answer.json();
    return runs.length === 2 && runs.every(({ state }) => state !== "queued" && state !== "running");
  };
  await until("the end of the runs", areEnded, SYNC_MS);
  const answer = await server.ask(`${IMAGES}?limit=1`);
  if (!answer.ok) throw new Error(await answer.text());
  await answer.arrayBuffer();
}

async function writtenRows(record: string): Promise<Map<string, number>> {
  const sql = postgres(record, { max: 1, fetch_types: false });
  try {
    const tables = await sql<{ name: string; rows: number }[]>`
      SELECT relname AS name, (n_tup_ins + n_tup_upd + n_tup_del)::int AS rows FROM pg_stat_user_tables`;
    return new Map(tables.map(({ name, rows }) => [name, rows]));
  } finally {
    await sql.end();
  }
}
