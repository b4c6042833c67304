import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { spawnEndpoint } from "../../src/demo/ec2/spawn-endpoint.ts";
import { syncFirst } from "./first-sync.ts";
import type { Bar } from "./measure.ts";
import { spawnServer } from "./spawn-server.ts";

const REGION = "us-east-1";
/** What a process holds is what it holds after a minute without work. */
const REST_MS = 60_000;

/** As the container and the unit of systemd set it: glibc hands memory back sooner. */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_TRIM_THRESHOLD_: "1048576",
};

/** What a server takes of memory (its share of pages, in MB) and disk (bytes an image), during a first sync and after it. */
export async function benchMemory(count: number): Promise<Bar[]> {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-bench-"));
  const file = join(folder, "imagedex.db");
  try {
    await using endpoint = await spawnEndpoint({ count: String(count), region: REGION });
    await using server = await spawnServer(file, ALLOCATOR);
    const pid = server.process.pid ?? 0;
    const empty = shareOf(pid);
    let most = 0;
    const first = await syncFirst(server.url, { ...endpoint, region: REGION }, () => {
      most = Math.max(most, shareOf(pid));
    });
    await delay(REST_MS);
    const rested = shareOf(pid);
    const bytes = (sizeOf(file) + sizeOf(`${file}-wal`)) / first.listed;
    console.log(
      `${first.listed} images; empty ${empty} MB, at most ${most} MB in ${first.seconds} s, ${rested} MB after a minute; ${Math.round(bytes)} bytes an image`,
    );
    return [
      { what: "memory a minute after a sync, MB", measured: rested, bar: 300, atLeast: false },
      { what: "memory at most during a first sync, MB", measured: most, bar: 450, atLeast: false },
      { what: "file and log, bytes an image", measured: bytes, bar: 1700, atLeast: false },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In MB: pages that processes share count in part. */
function shareOf(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
