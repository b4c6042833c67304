import { statSync } from "node:fs";
import { commitListing } from "../../src/catalogue/listing/commit-listing.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun } from "../../src/record/runs.ts";
import { listSources } from "../../src/record/sources.ts";
import { stageListing } from "../../src/catalogue/listing/stage-listing.ts";
import { image, NOW } from "../catalogue/seed.ts";
import { type Corpus, createCorpus } from "./corpus.ts";
import { type Bar, percentile } from "./measure.ts";
import { recordMeasurements } from "./record-measurements.ts";
import { residentMegabytes } from "./resident.ts";
import { spawnServer } from "./spawn-server.ts";
import { TERMS } from "./search-bench.ts";

const ROUNDS = 20;
const CHANGED = 100;

/** Searches, in milliseconds. */
interface Times {
  readonly firstP99: number;
  readonly againP50: number;
  readonly againP99: number;
}

/** What one size of catalogue costs. Times in milliseconds, sizes in MB. */
interface Cost {
  readonly images: number;
  readonly file: number;
  readonly start: number;
  readonly resident: number;
  /** Of all backends at once. */
  readonly all: Times;
  /** Of one backend. */
  readonly one: Times;
  readonly update: number;
}

/** One region beside ten, each a backend. */
export async function benchScale(count: number): Promise<Bar[]> {
  const costs: Cost[] = [];
  for (const regions of [1, 10]) {
    const names = Array.from({ length: regions }, (_, at) => `region-${at + 1}`);
    using corpus = await createCorpus(count, names);
    costs.push({ images: regions * count, ...(await costOf(corpus)) });
  }
  const rows = costs.map(({ all, one, ...cost }) =>
    Object.fromEntries(
      [
        ...Object.entries(cost),
        ...Object.entries(one).map(([name, value]) => [`one ${name}`, value] as const),
        ...Object.entries(all).map(([name, value]) => [`all ${name}`, value] as const),
      ].map(([name, value]) => [name, Math.round(value * 10) / 10]),
    ),
  );
  console.table(rows);
  recordMeasurements("scale", rows);
  const [small, large] = costs;
  if (!small || !large) throw new Error("two sizes are compared");
  const times = (what: string, measured: number, bar: number): Bar => ({
    what: `ten times the images: ${what}`,
    measured,
    bar,
    atLeast: false,
  });
  return [
    times("search p99 of one backend, asked first", large.one.firstP99 / small.one.firstP99, 3),
    times("search p99 of one backend, asked again", large.one.againP99 / small.one.againP99, 3),
    times("search p99 of all backends, asked first", large.all.firstP99 / small.all.firstP99, 3),
    times("search p99 of all backends, asked again", large.all.againP99 / small.all.againP99, 3),
    times("resident memory", large.resident / small.resident, 2),
  ];
}

async function costOf(corpus: Corpus): Promise<Omit<Cost, "images">> {
  const startedAt = performance.now();
  await using server = await spawnServer(corpus.file);
  const url = `${server.url}/images`;
  await timeOf(url, "ubuntu jammy arm64", 50);
  const start = performance.now() - startedAt;
  const all = await askAll([url]);
  const one = await askAll(corpus.regions.map((region) => `${server.url}/backends/${region}/images`));
  const file = statSync(corpus.file).size / 1e6;
  const resident = residentMegabytes(server.process);
  return { file, start, resident, all, one, update: changeSome(corpus) };
}

/** Asks each address for every term, once for the first time and then again and again. */
async function askAll(urls: readonly string[]): Promise<Times> {
  const first: number[] = [];
  const again: number[] = [];
  for (const url of urls) {
    first.push(...(await ask(url, 49)));
    // Another limit each round: the page is worked out anew, the total is known.
    for (let round = 1; round <= ROUNDS; round++) again.push(...(await ask(url, 50 + round)));
  }
  return {
    firstP99: percentile(first, 0.99),
    againP50: percentile(again, 0.5),
    againP99: percentile(again, 0.99),
  };
}

async function ask(url: string, limit: number): Promise<number[]> {
  const times: number[] = [];
  for (const term of TERMS) times.push(await timeOf(url, term, limit));
  return times;
}

async function timeOf(url: string, term: string, limit: number): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}?search_term=${encodeURIComponent(term)}&limit=${limit}`);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${term}: ${response.status}`);
  return performance.now() - startedAt;
}

/** Commits some new images to the first source, as a probe does. */
function changeSome({ file }: Corpus): number {
  using catalogue = openCatalogue(file);
  const [source] = listSources(catalogue);
  if (!source) throw new Error("there is no source");
  const stage = stageListing(catalogue, source);
  stage.add(Array.from({ length: CHANGED }, (_, n) => image(`ami-new${n}`, { name: `new ${n}`, createdAt: NOW })));
  const runId = insertRun(catalogue, source.id, NOW);
  const startedAt = performance.now();
  commitListing(stage, { now: () => NOW, retire: false, runId });
  return performance.now() - startedAt;
}
