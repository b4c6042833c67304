import { setTimeout as delay } from "node:timers/promises";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { createCorpus } from "./corpus.ts";
import { syncFirst } from "./first-sync.ts";
import { type Bar, percentile } from "./measure.ts";
import { TERMS } from "./search-bench.ts";
import { spawnServer } from "./spawn-server.ts";

/** Between an answer and the next question. */
const PAUSE_MS = 20;
/** Questions to a server that does nothing else, after as many that it compiles with. */
const IDLE = 1_000;
/** Pages of different lengths, so that few answers are remembered ones. */
const PAGES = 60;

/** How long searches take while another region of as many images is synced for the first time. */
export async function benchUnderSync(count: number): Promise<Bar[]> {
  using corpus = await createCorpus(count, ["us-east-1"]);
  const region = "eu-west-1";
  await using endpoint = await spawnEndpoint({ count: String(count), region });
  await using server = await spawnServer(corpus.file);
  const url = `${server.url}/backends/us-east-1/images`;
  await askUntil(url, (asked) => asked === IDLE);
  const idle = await askUntil(url, (asked) => asked === IDLE);
  const syncing = { isDone: false };
  const sync = syncFirst(server.url, { ...endpoint, region }).finally(() => (syncing.isDone = true));
  const busy = await askUntil(url, () => syncing.isDone);
  const { listed, seconds } = await sync;
  console.log(
    `searches beside nothing: p50 ${shown(idle, 0.5)}, p99 ${shown(idle, 0.99)} ms; during a first sync of ${listed} images in ${seconds} s: p50 ${shown(busy, 0.5)}, p99 ${shown(busy, 0.99)}, at most ${shown(busy, 1)} ms (${busy.length} searches)`,
  );
  return [
    {
      what: "p99 of searches during a first sync of another region, of that beside nothing",
      measured: percentile(busy, 0.99) / percentile(idle, 0.99),
      bar: 2,
      atLeast: false,
    },
  ];
}

/** One search after another; how long each took, in milliseconds. */
async function askUntil(url: string, isEnough: (asked: number) => boolean): Promise<number[]> {
  const times: number[] = [];
  while (!isEnough(times.length)) {
    const term = TERMS[times.length % TERMS.length] ?? "";
    const startedAt = performance.now();
    const response = await fetch(`${url}?search_term=${encodeURIComponent(term)}&limit=${1 + (times.length % PAGES)}`);
    await response.arrayBuffer();
    times.push(performance.now() - startedAt);
    if (!response.ok) throw new Error(`${url} ${term}: ${response.status}`);
    await delay(PAUSE_MS);
  }
  return times;
}

function shown(times: readonly number[], share: number): string {
  return percentile(times, share).toFixed(1);
}
