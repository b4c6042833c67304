import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type SpawnedEndpoint, spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import type { Bar } from "./measure.ts";
import { spawnServer } from "./spawn-server.ts";

const REGION = "us-east-1";
/** Memory is looked at this often. */
const LOOK_MS = 200;
/** What a process holds is what it holds after a minute without work. */
const REST_MS = 60_000;

/** As the container and the unit of systemd set it: glibc hands memory back sooner. */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_TRIM_THRESHOLD_: "1048576",
};

const runs = z.array(z.object({ state: z.string(), listed: z.number(), error: z.string().nullable() }));

/** What a server takes of memory (its share of pages, in MB) and disk (bytes an image), during a first sync and after it. */
export async function benchMemory(count: number): Promise<Bar[]> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-bench-"));
  const file = join(folder, "imagedex.db");
  try {
    await using endpoint = await spawnEndpoint({ count: String(count), region: REGION });
    await using server = await spawnServer(file, ALLOCATOR);
    const pid = server.process.pid ?? 0;
    const empty = shareOf(pid);
    const first = await sync(server.url, endpoint, pid);
    await delay(REST_MS);
    const rested = shareOf(pid);
    const bytes = (sizeOf(file) + sizeOf(`${file}-wal`)) / first.listed;
    console.log(
      `${first.listed} images; empty ${empty} MB, at most ${first.most} MB in ${first.seconds} s, ${rested} MB after a minute; ${Math.round(bytes)} bytes an image`,
    );
    return [
      { what: "memory a minute after a sync, MB", measured: rested, bar: 300, atLeast: false },
      { what: "memory at most during a first sync, MB", measured: first.most, bar: 450, atLeast: false },
      { what: "file and log, bytes an image", measured: bytes, bar: 1700, atLeast: false },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sync {
  readonly listed: number;
  readonly most: number;
  readonly seconds: number;
}

/** Adds a backend, which is synced at once, and looks at the memory of the process until its syncs are done. */
async function sync(url: string, endpoint: SpawnedEndpoint, pid: number): Promise<Sync> {
  const { url: apiurl, accessKeyId: apikey, secretAccessKey: apisecret } = endpoint;
  const backend = { id: "bench", title: "bench", provider: "ec2", region: REGION, apiurl, apikey, apisecret };
  const startedAt = performance.now();
  await ask(`${url}/backends`, { method: "POST", body: JSON.stringify(backend), headers: JSON_TYPE });
  let most = 0;
  for (;;) {
    await delay(LOOK_MS);
    most = Math.max(most, shareOf(pid));
    const all = runs.parse(await ask(`${url}/backends/bench/syncs`));
    const failed = all.find(({ state }) => state === "failed" || state === "refused");
    if (failed) throw new Error(`the sync failed: ${failed.error}`);
    if (all.length > 0 && all.every(({ state }) => state === "complete")) {
      const listed = all.reduce((sum, run) => sum + run.listed, 0);
      return { listed, most, seconds: Math.round((performance.now() - startedAt) / 1000) };
    }
  }
}

const JSON_TYPE = { "content-type": "application/json" };

async function ask(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** In MB: pages that processes share count in part. */
function shareOf(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
