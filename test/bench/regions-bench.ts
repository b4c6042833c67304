import { statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Corpus, createCorpus } from "./corpus.ts";
import { cpuTime } from "./cpu-time.ts";
import type { Bar } from "./measure.ts";
import { residentMegabytes } from "./resident.ts";
import { TERMS } from "./search-bench.ts";
import { type SpawnedServer, spawnServer } from "./spawn-server.ts";

/** As EC2 has them. */
const REGIONS = 33;
/** Enough for the rows, the index and the log of the last commit. */
const BYTES_PER_IMAGE = 4_000;
/** Rounds of terms that were asked before. */
const ROUNDS = 5;

/** `count` images spread over as many regions as EC2 has, each a backend, all in one file that one server answers from. */
export async function benchRegions(count: number): Promise<Bar[]> {
  refuseFullDisk(count);
  const startedAt = performance.now();
  using corpus = await createCorpus(
    Math.round(count / REGIONS),
    Array.from({ length: REGIONS }, (_, at) => `region-${at + 1}`),
  );
  console.log(`made in ${seconds(startedAt)} s: ${(statSync(corpus.file).size / 1e9).toFixed(2)} GB`);
  return await measureRegions(corpus);
}

/** Throws if a server over these regions leaves out any image. */
export async function measureRegions({ file, regions }: Pick<Corpus, "file" | "regions">): Promise<Bar[]> {
  const startedAt = performance.now();
  await using server = await spawnServer(file);
  const everywhere = `${server.url}/images`;
  const of = (region: string): string => `${server.url}/backends/${region}/images`;
  const ask = (url: string, term: string, limit: number): Promise<Answer> => askServer(server, url, term, limit);
  const images = (await ask(everywhere, "", 1)).total;
  const start = { ms: performance.now() - startedAt, cpu: cpuTime(server.process.pid ?? 0) };
  const each = await inTurn(regions, (region) => ask(of(region), "", 1));
  const sum = each.reduce((total, answer) => total + answer.total, 0);
  if (sum !== images) throw new Error(`all regions have ${images} images, but each by itself ${sum} together`);
  // A server has answered some before: these compile what answers, and look nothing up in the other regions.
  const one = await inTurn(TERMS, (term) => ask(of(regions[0] ?? ""), term, 49));
  const first = await inTurn(TERMS, (term) => ask(everywhere, term, 49));
  const again: Answer[] = [];
  for (let round = 1; round <= ROUNDS; round++)
    again.push(...(await inTurn(TERMS, (term) => ask(everywhere, term, 49 + round))));
  const resident = residentMegabytes(server.process);
  console.table(
    first.map(({ term, total, ms, cpu }) => ({
      term: term.slice(0, 40),
      total,
      ms: Math.round(ms),
      cpu: Math.round(cpu),
    })),
  );
  console.log(
    `${images} images in ${regions.length} regions: start ${shown([start])}, resident ${Math.round(resident)} MB; ` +
      `all regions first asked ${shown(first)}, again ${shown(again)}; one region first asked ${shown(one)}`,
  );
  const bar = (what: string, measured: number, most: number): Bar => ({
    what: `${images} images in ${regions.length} regions: ${what}`,
    measured,
    bar: most,
    atLeast: false,
  });
  return [
    bar("resident memory, MB", resident, 1000),
    bar("search of all regions, first asked, p99, ms", percentile(first, "ms", 0.99), 100),
    bar("search of all regions, first asked, p99, ms of CPU", percentile(first, "cpu", 0.99), 100),
    bar("start to the first answer, s", start.ms / 1000, 2),
  ];
}

/** Milliseconds of the clock, and of the server's CPU: on a busy machine only these tell what a search costs. */
interface Cost {
  readonly ms: number;
  readonly cpu: number;
}

interface Answer extends Cost {
  readonly term: string;
  readonly total: number;
}

async function askServer({ process }: SpawnedServer, url: string, term: string, limit: number): Promise<Answer> {
  const pid = process.pid ?? 0;
  const [startedAt, before] = [performance.now(), cpuTime(pid)];
  const response = await fetch(`${url}?search_term=${encodeURIComponent(term)}&limit=${limit}`);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} ${term}: ${response.status}`);
  const [ms, cpu] = [performance.now() - startedAt, cpuTime(pid) - before];
  return { ms, cpu, term, total: Number(response.headers.get("x-total-count")) };
}

async function inTurn<T, A>(all: readonly T[], one: (item: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  for (const item of all) answers.push(await one(item));
  return answers;
}

function shown(costs: readonly Cost[]): string {
  const share = (of: number): string =>
    `${Math.round(percentile(costs, "ms", of))} ms (${Math.round(percentile(costs, "cpu", of))} of CPU)`;
  return costs.length === 1 ? share(0) : `p50 ${share(0.5)}, p99 ${share(0.99)}`;
}

function percentile(costs: readonly Cost[], by: keyof Cost, share: number): number {
  const sorted = costs.map((cost) => cost[by]).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function seconds(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 1000);
}

function refuseFullDisk(count: number): void {
  const { bavail, bsize } = statfsSync(tmpdir());
  const needed = count * BYTES_PER_IMAGE;
  if (bavail * bsize < needed)
    throw new Error(`${tmpdir()} has too little room: ${count} images may take ${(needed / 1e9).toFixed(0)} GB`);
}
