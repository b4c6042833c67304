import postgres from "postgres";
import { openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { readReplica } from "../../../src/catalogue/file/replica.ts";
import type { NodeProcess } from "../../record/postgres/spawn-node.ts";
import { until } from "../../until.ts";
import type { Bar } from "../measure.ts";
import { type BenchCluster, IMAGES, percentileOf } from "./bench-cluster.ts";
import { publishNew } from "./following.ts";
import { termsOf } from "./search-cost.ts";

const READS = 10_000;
const LANES = 4;
/** When something is killed, of all reads. */
const SHARE = 0.3;
const LOST = 1_000;
/** The bar of lost commits is for so many images. */
const COMPARED = 200_000;

/** Reads while nothing happens, while a node is killed, and while PostgreSQL is: each asks another node once, if one fails. */
export async function killUnderLoad(
  { record, postgres: server }: BenchCluster,
  nodes: readonly NodeProcess[],
): Promise<Bar[]> {
  const terms = await termsOf(record);
  // The first round makes the pages, which are the same ones from then on.
  await readMany(nodes, terms, () => undefined);
  const quiet = await readMany(nodes, terms, () => undefined);
  const [victim] = nodes;
  const node = await readMany(nodes, terms, () => victim?.kill());
  await victim?.start();
  const primary = await readMany(nodes, terms, () => server.kill());
  await server.start();
  for (const [what, { p99, failed, retried }] of Object.entries({ quiet, node, primary }))
    console.log(`${READS} reads, ${what}: p99 ${p99.toFixed(1)} ms, ${retried} asked again, ${failed} failed`);
  const bars = (what: string, { p99, failed }: Reads): Bar[] => [
    {
      what: `${what} killed under load: failed of ${READS} reads, with one retry`,
      measured: failed,
      bar: 0,
      atLeast: false,
    },
    { what: `${what} killed under load: p99 of what it is without`, measured: p99 / quiet.p99, bar: 2, atLeast: false },
  ];
  return [...bars("a node", node), ...bars("the primary", primary)];
}

interface Reads {
  readonly p99: number;
  readonly failed: number;
  readonly retried: number;
}

async function readMany(
  nodes: readonly NodeProcess[],
  terms: readonly string[],
  strike: () => unknown,
): Promise<Reads> {
  const times: number[] = [];
  let [n, failed, retried] = [0, 0, 0];
  let struck: unknown;
  const askOnce = async (at: number): Promise<void> => {
    const path = `${IMAGES}?limit=50&search_term=${encodeURIComponent(terms[at % terms.length] ?? "")}`;
    const answer = await nodes[at % nodes.length]?.ask(path);
    await answer?.arrayBuffer();
    if (!answer?.ok) throw new Error(`${answer?.status}`);
  };
  const lane = async (): Promise<void> => {
    for (let at = n++; at < READS; at = n++) {
      if (at === Math.round(READS * SHARE)) struck = strike();
      const startedAt = performance.now();
      await askOnce(at)
        .catch(() => {
          retried++;
          return askOnce(at + 1);
        })
        .catch(() => failed++);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await struck;
  return { p99: percentileOf(times, 0.99), failed, retried };
}

/** A standby is promoted that lacks the last commits: how long until all nodes are as it is. */
export async function loseCommits(cluster: BenchCluster, before: readonly NodeProcess[]): Promise<Bar[]> {
  const primary = cluster.postgres;
  await using standby = await primary.addStandby();
  const hosts = cluster.record.replace(/@[^/]+/, `@127.0.0.1:${primary.port},127.0.0.1:${standby.port}`);
  for (const node of before) await node.kill();
  const nodes: NodeProcess[] = [];
  for (const { file } of before) nodes.push(await cluster.spawn(hosts, { IMAGEDEX_REPLICA: file }));
  const files = before.map(({ file }) => file);
  await standby.kill();
  await publishNew(hosts, "lost", LOST);
  await areAlike(hosts, files);

  await primary.kill();
  await standby.start();
  await standby.run("SELECT pg_promote()");
  const startedAt = performance.now();
  await areAlike(hosts, files);
  const seconds = (performance.now() - startedAt) / 1000;

  console.log(`all nodes are as a standby that lost ${LOST} images ${seconds.toFixed(1)} s after its promotion`);
  for (const node of nodes) await node.kill();
  const bar = 5 * Math.max(1, cluster.count / COMPARED);
  return [{ what: "commits lost by a standby: seconds until all are equal", measured: seconds, bar, atLeast: false }];
}

async function areAlike(hosts: string, files: readonly string[]): Promise<void> {
  const sql = postgres(hosts, { max: 1, fetch_types: false, target_session_attrs: "primary", connect_timeout: 5 });
  try {
    await until("all nodes as new as the record", async () => {
      const [state] = await sql<{ token: string }[]>`SELECT token FROM state`;
      return files.every((file) => tokenOf(file) === state?.token);
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function tokenOf(file: string): string | undefined {
  using catalogue = openCatalogue(file, { mustExist: true, replica: "guarded" });
  return readReplica(catalogue)?.token;
}
