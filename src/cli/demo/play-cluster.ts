import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { spawnBalancer } from "../../demo/cluster/spawn-balancer.ts";
import { type SpawnedNode, spawnNode } from "../../demo/cluster/spawn-node.ts";
import { spawnPostgres } from "../../demo/cluster/spawn-postgres.ts";
import { type SpawnedEndpoint, spawnEndpoint } from "../../demo/ec2/spawn-endpoint.ts";
import { CommandError } from "../../errors.ts";
import { print } from "../print.ts";
import type { StopSignals } from "../stop-signals.ts";
import { showQueries } from "./show-queries.ts";

export interface ClusterOptions {
  readonly count: number;
  readonly seed: string;
  readonly once: boolean;
  readonly nodes: number;
  readonly region: string;
  /** Of the balancer. */
  readonly port: number;
}

/** Runs PostgreSQL, servers that share it and a balancer before them, until somebody asks it to stop. All of it ends with it. */
export async function playCluster(folder: string, options: ClusterOptions, stop: StopSignals): Promise<void> {
  const { count, seed, once, region } = options;
  const today = new Date().toISOString().slice(0, 10);
  await using running = new AsyncDisposableStack();
  const postgres = running.use(await spawnPostgres(join(folder, "postgres")));
  const endpoint = running.use(await spawnEndpoint({ count: String(count), seed, region, today }));
  if (stop.isStopped) return;
  const nodes = await startNodes(folder, postgres.url, options.nodes, running);
  const balancer = running.use(await spawnBalancer(nodes, options.port));
  print(`A local EC2 with ${count} images at ${endpoint.url}, PostgreSQL at 127.0.0.1:${postgres.port}`);
  for (const { name, url, pid } of nodes) print(`${name}: ${url}/ (process ${pid})`);
  print(`A balancer before them: ${balancer.url}/`);
  await syncCluster(balancer.url, nodes, { count, endpoint, region, stop });
  if (stop.isStopped) return;
  await showQueries(balancer.url);
  await showCluster(balancer.url, nodes);
  if (once || stop.isStopped) return;
  print("");
  print("Ctrl-C ends the demo.");
  await stop.stopped;
}

async function startNodes(
  folder: string,
  record: string,
  count: number,
  running: AsyncDisposableStack,
): Promise<SpawnedNode[]> {
  const [, program = ""] = process.argv;
  const key = randomBytes(32).toString("hex");
  const started = await Promise.allSettled(
    Array.from({ length: count }, (_, at) =>
      spawnNode({
        name: `node-${at + 1}`,
        program,
        folder,
        env: {
          IMAGEDEX_DATABASE: record,
          IMAGEDEX_REPLICA: join(folder, `node-${at + 1}.db`),
          IMAGEDEX_SECRET_KEY: key,
          IMAGEDEX_PORT: "0",
        },
      }),
    ),
  );
  // Those that did start end with the demo, too.
  const nodes = started.flatMap((one) => (one.status === "fulfilled" ? running.use(one.value) : []));
  for (const one of started) if (one.status === "rejected") throw one.reason;
  return nodes;
}

const LOOK_MS = 200;
const runs = z.array(z.object({ state: z.string(), source: z.string(), error: z.string().nullable() }));

interface Listed {
  readonly count: number;
  readonly endpoint: SpawnedEndpoint;
  readonly region: string;
  readonly stop: StopSignals;
}

/** Adds the backend over the balancer; one of the nodes lists it, the others follow. */
async function syncCluster(
  url: string,
  nodes: readonly SpawnedNode[],
  { count, endpoint, region, stop }: Listed,
): Promise<void> {
  while (!stop.isStopped && !(await isReady(url))) await delay(LOOK_MS);
  if (stop.isStopped) return;
  const startedAt = performance.now();
  const backend = { id: "demo", title: "Demo", provider: "ec2", region, apiurl: endpoint.url };
  const body = JSON.stringify({ ...backend, apikey: endpoint.accessKeyId, apisecret: endpoint.secretAccessKey });
  const headers = { "content-type": "application/json" };
  const made = await fetch(`${url}/backends`, { method: "POST", headers, body });
  if (!made.ok) throw new CommandError(`the backend was not added: ${await made.text()}`);
  let total = 0;
  while (!stop.isStopped) {
    await refuseFailed(url);
    const counts = await Promise.all(nodes.map((node) => countImages(node.url)));
    [total = 0] = counts;
    // A listing of the account's own images may come later.
    if (total >= count && counts.every((one) => one === total)) break;
    await delay(LOOK_MS);
  }
  if (stop.isStopped) return;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(`${total} images synced by one node, and followed by all, in ${seconds} s`);
  print("");
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`);
  await answer.body?.cancel();
  return answer.ok;
}

/** Throws CommandError when a listing failed. */
async function refuseFailed(url: string): Promise<void> {
  const answer = await fetch(`${url}/backends/demo/syncs`);
  const listed: unknown = await answer.json();
  const failed = answer.ok && runs.parse(listed).find(({ state }) => state === "failed" || state === "refused");
  if (failed) throw new CommandError(`sync of ${failed.source}: ${failed.error}`);
}

/** 0 before the first listing. */
async function countImages(url: string): Promise<number> {
  const answer = await fetch(`${url}/backends/demo/images?limit=1`);
  await answer.body?.cancel();
  return Number(answer.headers.get("x-total-count") ?? 0);
}

/** Stars an image on one node and looks at another, then says what else can be tried. */
async function showCluster(url: string, nodes: readonly SpawnedNode[]): Promise<void> {
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (!first || !last) return;
  const images = z.array(z.object({ id: z.string(), name: z.string() }));
  const read = async (address: string, headers = {}): Promise<z.infer<typeof images>> =>
    images.parse(await (await fetch(address, { headers })).json());
  const [image] = await read(`${url}/backends/demo/images?search_term=debian&limit=1`);
  if (!image) return;
  const star = await fetch(`${first.url}/backends/demo/images/${image.id}`, { method: "POST" });
  const position = star.headers.get("x-catalogue-position") ?? "";
  const starred = `${last.url}/backends/demo/images?starred=true`;
  print("");
  print("A star on one node, and the same on another:");
  print(`$ curl -X POST ${first.url}/backends/demo/images/${image.id}`);
  print(`$ curl -H 'X-Catalogue-Position: ${position}' '${starred}'`);
  for (const { id, name } of await read(starred, { "x-catalogue-position": position })) print(`  ${id}  ${name}`);
  print("");
  print(`Kill a node; searches go on, and X-Served-By says who answers:`);
  print(`$ kill -9 ${last.pid}`);
  print(`$ curl -i '${url}/backends/demo/images?search_term=ubuntu&limit=1'`);
}
