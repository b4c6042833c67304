/**
 * Many users of a server whose syncs never end and whose cloud misbehaves: `npm run soak [-- --minutes 5]`.
 * `--histories` runs the property tests instead, with many cases; `--seed N` repeats them.
 * Everything runs on this machine. Ends with exit code 1 when something was wrong.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type SpawnedEndpoint, spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import type { SimpleFault } from "../../src/demo/ec2/faults.ts";
import type { MachineImage } from "../../src/image.ts";
import { createEc2Provider } from "../../src/providers/ec2/provider.ts";
import { oracleMatches } from "../search/oracle.ts";
import { soakHistories } from "./histories.ts";
import { startServer } from "./server.ts";
import { createRandom, TERMS } from "./terms.ts";
import { quantile, startTraffic, type TrafficReport } from "./traffic.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    count: { type: "string", default: "20000" },
    connections: { type: "string", default: "200" },
    "pause-ms": { type: "string", default: "3000" },
    histories: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
if (values.histories) process.exit((await soakHistories(Number(values.seed))) ? 0 : 1);

const REGION = "us-east-1";
const BACKEND = "soak";
const SHARE_IDLE = 0.2;
/** Of the last third's memory to the first one's. */
const MOST_GROWTH = 1.2;
const TERMS_CHECKED = 4;
const ASK_EVERY_MS = 250;
/** About as long as a sync takes. */
const REST_MS = 1_500;
const OVERDUE_MS = 10 * 60_000;

interface Run {
  readonly source: string;
  readonly state: string;
  readonly error: string | null;
}

/** What the cloud does to one sync after another; undefined: nothing. */
const PLANS: readonly ({ nth: number; faults: SimpleFault[] } | undefined)[] = [
  undefined,
  { nth: 9, faults: ["cut", "reset", "internal-error"] },
  { nth: 6, faults: ["repeat-images", "expired-token"] },
  { nth: 3, faults: ["unauthorized"] },
  undefined,
  { nth: 11, faults: ["throttle", "html-error"] },
  { nth: 4, faults: ["short-listing"] },
];

const wrong: string[] = [];
await using endpoint = await spawnEndpoint({ count: values.count, region: REGION });
await using server = await startServer();
let truth = await firstSync();
const traffic = startTraffic({
  url: server.url,
  backend: BACKEND,
  connections: Number(values.connections),
  pauseMs: Number(values["pause-ms"]),
});
const until = performance.now() + Number(values.minutes) * 60_000;
const random = createRandom(7);

console.log(`${truth.length} images, ${values.connections} connections, ${values.minutes} minutes`);
let checks = 0;
await restAndCheck(performance.now() + Number(values.minutes) * 60_000 * SHARE_IDLE);
traffic.phase("sync");
const memory: number[] = [];
const sampling = setInterval(() => memory.push(server.rss()), 1000);
const ended: { [how: string]: number } = {};
for (let n = 0; performance.now() < until; n++) await syncOnce(n);
clearInterval(sampling);
const report = await traffic.stop();
await checkStars(report);
const code = await server.stop();
if (code !== 0) wrong.push(`the server ended with ${code}`);
conclude(report, memory);

async function firstSync(): Promise<MachineImage[]> {
  const { url: apiurl, accessKeyId: apikey, secretAccessKey: apisecret } = endpoint;
  const body = JSON.stringify({ id: BACKEND, provider: "ec2", region: REGION, apiurl, apikey, apisecret });
  await fetch(`${server.url}/backends`, { method: "POST", body });
  const { status, headers } = await fetch(`${server.url}/backends/${BACKEND}/images?limit=1`);
  if (status !== 503 || !headers.has("retry-after"))
    wrong.push(`${status} before the first sync, not 503 with Retry-After`);
  await idle();
  return listCloud(endpoint);
}

/** The same questions to cloud and server as beside the syncs: what differs then is their doing. */
async function restAndCheck(end: number): Promise<void> {
  while (performance.now() < end) {
    await listCloud(endpoint);
    await checkTerms();
    await pause(REST_MS);
  }
}

/** A sync after some changes, with what the cloud does to it, and checks of what is answered while and after it runs. */
async function syncOnce(n: number): Promise<void> {
  await endpoint.misbehave();
  await endpoint.churn({ share: 0.02, seed: n });
  const next = await listCloud(endpoint);
  await endpoint.misbehave(PLANS[n % PLANS.length]);
  const term = TERMS[n % TERMS.length] ?? "";
  await fetch(`${server.url}/backends/${BACKEND}/sync`, { method: "POST" });
  const seen: string[] = [];
  const runs = await idle(async () => {
    seen.push(await askIds(term));
    await pause(ASK_EVERY_MS);
  });
  const everybodys = runs.find(({ source }) => source.includes(" public"));
  const [old, now] = [idsOf(truth, term), idsOf(next, term)];
  // Own images never change here: whole answers are those of the public listing before, or the one after.
  if (seen.some((ids) => ids !== old && ids !== now))
    wrong.push(`sync ${n}: an answer to ${term} is neither old nor new`);
  if (everybodys?.state === "complete") truth = next;
  for (const { state, error } of runs) {
    const how = error === null ? state : `${state}: ${error.replaceAll(/\d+/g, "N")}`;
    ended[how] = (ended[how] ?? 0) + 1;
  }
  await checkTerms();
}

async function checkTerms(): Promise<void> {
  for (let check = 0; check < TERMS_CHECKED; check++) await checkTerm(TERMS[Math.floor(random() * TERMS.length)] ?? "");
}

async function checkTerm(term: string): Promise<void> {
  checks++;
  if ((await askIds(term)) !== idsOf(truth, term)) wrong.push(`the answer to ${term} is not the oracle's`);
}

async function askIds(term: string): Promise<string> {
  const answer = await fetch(`${server.url}/backends/${BACKEND}/images?search_term=${encodeURIComponent(term)}`);
  if (answer.status !== 200) return `HTTP ${answer.status}`;
  const entries: { id: string }[] = JSON.parse(await answer.text());
  return entries
    .map(({ id }) => id)
    .toSorted()
    .join(" ");
}

function idsOf(images: readonly MachineImage[], term: string): string {
  return images
    .filter((image) => oracleMatches(image, term))
    .map(({ id }) => id)
    .toSorted()
    .join(" ");
}

/** Waits for the syncs under way, doing something meanwhile; the newest run of each source. */
async function idle(meanwhile: () => Promise<unknown> = async () => pause(100)): Promise<Run[]> {
  const overdue = performance.now() + OVERDUE_MS;
  while (performance.now() < overdue) {
    const answer = await fetch(`${server.url}/backends/${BACKEND}/syncs?limit=2`);
    const runs: Run[] = JSON.parse(await answer.text());
    if (runs.length === 2 && runs.every(({ state }) => state !== "queued" && state !== "running")) return runs;
    await meanwhile();
  }
  throw new Error("a sync does not end");
}

/** What the cloud shows the account, by the adapter itself. */
async function listCloud({
  url: apiurl,
  accessKeyId: apikey,
  secretAccessKey: apisecret,
}: SpawnedEndpoint): Promise<MachineImage[]> {
  const options = { region: REGION, apiurl, apikey, apisecret };
  const provider = createEc2Provider(options, { allowLinkLocal: false });
  const found = new Map<string, MachineImage>();
  for (const source of provider.sources) {
    for await (const { images } of provider.listImages(source, new AbortController().signal))
      for (const image of images) if (!found.has(image.id)) found.set(image.id, image);
  }
  return [...found.values()];
}

/** A star that was turned an odd number of times is on. */
async function checkStars({ toggles, untold }: TrafficReport): Promise<void> {
  const present = new Set(truth.map(({ id }) => id));
  const answer = await fetch(`${server.url}/backends/${BACKEND}/images?starred=true`);
  const entries: { id: string }[] = JSON.parse(await answer.text());
  const starred = new Set(entries.map(({ id }) => id));
  const unsure = new Set(untold);
  for (const [path, count] of Object.entries(toggles)) {
    const id = path.split("/").at(-1) ?? "";
    if (unsure.has(path) || !present.has(id)) continue;
    if (starred.has(id) !== (count % 2 === 1))
      wrong.push(`the star of ${id} was turned ${count} times, and is ${starred.has(id) ? "on" : "off"}`);
  }
}

function conclude({ asked, latencies, wrong: answers, toggles }: TrafficReport, rss: readonly number[]): void {
  for (const [what, count] of Object.entries(answers)) wrong.push(`${count} x ${what}`);
  for (const line of server.complaints.slice(0, 5)) wrong.push(`the log says: ${line.slice(0, 500)}`);
  const third = Math.floor(rss.length / 3);
  const [first, last] = [quantile(rss.slice(0, third), 0.5), quantile(rss.slice(-third), 0.5)];
  if (last > MOST_GROWTH * first) wrong.push(`memory grew from ${first.toFixed(0)} to ${last.toFixed(0)} MB`);
  console.table(ended);
  console.table(
    Object.keys(latencies["sync"] ?? {}).map((what) => {
      const [idleTimes, syncTimes] = [latencies["idle"]?.[what] ?? [], latencies["sync"]?.[what] ?? []];
      const figures = [idleTimes, syncTimes].flatMap((times) => [quantile(times, 0.5), quantile(times, 0.99)]);
      const [idle50 = 0, idle99 = 0, sync50 = 0, sync99 = 0] = figures.map((ms) => Number(ms.toFixed(1)));
      const ratios = {
        "p50 ratio": Number((sync50 / idle50).toFixed(2)),
        "p99 ratio": Number((sync99 / idle99).toFixed(2)),
      };
      return {
        what,
        asked: syncTimes.length,
        "idle p50": idle50,
        "idle p99": idle99,
        "sync p50": sync50,
        "sync p99": sync99,
        ...ratios,
      };
    }),
  );
  console.log(
    `${asked} questions, ${Object.keys(toggles).length} images starred and unstarred, ${checks} answers as the oracle has them`,
  );
  console.log(
    `memory: ${first.toFixed(0)} MB in the first third, ${last.toFixed(0)} MB in the last, ${Math.max(...rss).toFixed(0)} MB at most`,
  );
  for (const line of wrong) console.log(`WRONG: ${line}`);
  console.log(wrong.length === 0 ? "nothing was wrong" : `${wrong.length} things were wrong`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
