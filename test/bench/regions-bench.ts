import { statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Corpus, createCorpus } from "./corpus.ts";
import { cpuTime } from "./cpu-time.ts";
import type { Bar } from "./measure.ts";
import { residentMegabytes } from "./resident.ts";
import { TERMS } from "./search-bench.ts";
import { spawnServer } from "./spawn-server.ts";

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
  return measureRegions(corpus);
}

/** Throws if a server over these regions leaves out any image. */
export async function measureRegions({ file, regions }: Pick<Corpus, "file" | "regions">): Promise<Bar[]> {
  const startedAt = performance.now();
  await using server = await spawnServer(file);
  const everywhere = `${server.url}/images`;
  const images = (await ask(everywhere, "", 1)).total;
  const start = performance.now() - startedAt;
  const startCpu = cpuTime(server.process.pid ?? 0);
  const each = await inTurn(regions, (region) => ask(`${server.url}/backends/${region}/images`, "", 1));
  const sum = each.reduce((total, answer) => total + answer.total, 0);
  if (sum !== images) throw new Error(`all regions have ${images} images, but each by itself ${sum} together`);
  const first = await inTurn(TERMS, (term) => ask(everywhere, term, 49));
  const again: Answer[] = [];
  for (let round = 1; round <= ROUNDS; round++)
    again.push(...(await inTurn(TERMS, (term) => ask(everywhere, term, 49 + round))));
  const one = await inTurn(regions, (region) =>
    ask(`${server.url}/backends/${region}/images`, "ubuntu jammy arm64", 49),
  );
  const resident = residentMegabytes(server.process);
  console.table(TERMS.map((term, at) => ({ term, found: first[at]?.total, first: Math.round(first[at]?.ms ?? 0) })));
  console.log(
    `${images} images in ${regions.length} regions: start ${Math.round(start)} ms (${Math.round(startCpu)} ms of CPU), ` +
      `resident ${Math.round(resident)} MB; all regions first asked p50 ${p(first, 0.5)} ms, p99 ${p(first, 0.99)} ms, ` +
      `again p50 ${p(again, 0.5)} ms, p99 ${p(again, 0.99)} ms; one region first asked p99 ${p(one, 0.99)} ms`,
  );
  const bar = (what: string, measured: number, most: number): Bar => ({
    what: `${images} images in ${regions.length} regions: ${what}`,
    measured,
    bar: most,
    atLeast: false,
  });
  return [
    bar("resident memory, MB", resident, 1000),
    bar("search of all regions, first asked, p99, ms", p(first, 0.99), 100),
    bar("start to the first answer, s", start / 1000, 2),
  ];
}

interface Answer {
  readonly ms: number;
  readonly total: number;
}

async function ask(url: string, term: string, limit: number): Promise<Answer> {
  const startedAt = performance.now();
  const response = await fetch(`${url}?search_term=${encodeURIComponent(term)}&limit=${limit}`);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} ${term}: ${response.status}`);
  return { ms: performance.now() - startedAt, total: Number(response.headers.get("x-total-count")) };
}

async function inTurn<T, A>(all: readonly T[], one: (item: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  for (const item of all) answers.push(await one(item));
  return answers;
}

function p(answers: readonly Answer[], share: number): number {
  const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN);
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
