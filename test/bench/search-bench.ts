import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import { openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { NOW } from "../catalogue/seed.ts";
import { type Corpus, corpusImages } from "./corpus.ts";
import { type Bar, geometricMean, mediansInTurn, medianTime } from "./measure.ts";
import { recordMeasurements } from "./record-measurements.ts";
import { PROGRAMS } from "./rival-programs.ts";
import { createMiniSearchRival, createSqlRivals, OTHER_LIBRARIES, type Rival } from "./rivals.ts";

/** What users type: words, several words, versions, ids, single letters, and words as they are typed. */
export const TERMS = [
  "ubuntu",
  "ubuntu jammy arm64",
  "jammy-22.04",
  "windows 2019",
  "amzn2-ami-hvm",
  "ami-0bf0453c",
  "debian 12",
  "centos 7",
  "eks 1.29",
  "nat",
  "deep learning pytorch",
  "tu/im",
  "bitnami wordpress",
  "a",
  "linux",
  "x86_64",
  "u",
  "ub",
  "ubu",
  "ubun",
  "ubunt",
  "x",
  "x8",
  "x86",
  "x86_",
  "x86_6",
  "ami-",
  "ami-0",
  "2.04",
  "/",
  "-",
  "hvm-ssd/ubuntu",
  "4.0-2",
  "nonexistentword",
  "-22",
  "-a",
  "0-2",
  "hvm-ssd/ubuntu-jammy-22.04-amd64",
  "the quick 22.04 ubuntu server amd64 hvm ssd images jammy canonical ami 20 linux x86_64 ebs self unix public 2 0 1 4 a e i u s n t",
];

/** Terms whose facets are counted. */
const FACETED = ["", "ubuntu", "x86_64", "jammy-22.04", "nat"];

/** Each of them as it is typed, from its first character on. */
const TYPED = [...new Set(TERMS.flatMap((term) => Array.from(term, (_, at) => term.slice(0, at + 1).trim())))];

/** Rounds that are not measured: a server has answered some before. */
const WARM_UP = 5;

/** Milliseconds a term, by what answered it. */
type Times = Record<string, number>;

/**
 * Searches of one region, first fifty and total, beside what one might use instead. `first` is a term asked for the
 * first time; `again` is one whose words are known, as they are until the catalogue changes, and whose page is worked out
 * anew. The same page of the same term comes from memory in no time, which is not measured.
 */
export async function benchSearch(corpus: Corpus, count: number): Promise<Bar[]> {
  const [region = ""] = corpus.regions;
  using catalogue = openCatalogue(corpus.file);
  const search = createImageSearch(catalogue, () => NOW);
  await search.caughtUp();
  const backends = [getBackend(catalogue, region)];

  const rows = new Map<string, Times>(TERMS.map((term) => [term, {}]));
  const measure = async (name: string, find: (term: string) => unknown, runs: number): Promise<void> => {
    const all = await mediansInTurn(TERMS, find, runs);
    for (const [term, times] of rows) times[name] = all.get(term) ?? Number.NaN;
  };
  for (let round = 0; round < WARM_UP; round++) {
    for (const [term, times] of rows) times["found"] = await ask(search, backends, term);
  }
  await measure("first", (term) => ask(search, backends, term), 9);
  await measure("again", (term) => ask(search, backends, term, { keepWords: true }), 9);
  const facets: number[] = [];
  for (const term of FACETED) facets.push(await medianTime(() => countFacets(search, backends, term)));
  const blocked = {
    asked: await longestTurns(search, backends, TERMS),
    typed: await longestTurns(search, backends, TYPED),
  };
  const images = [...corpusImages(count, region)];
  for (const { name, find, runs } of createSqlRivals(images)) await measure(name, find, runs);
  for (const createProgram of PROGRAMS) {
    await using program = await createProgram(images);
    if (program) await measure(program.name, program.find, program.runs);
    else console.log("a program to compare with is not installed: see test/bench/rival-programs.ts");
  }
  const libraries = [async () => createMiniSearchRival(images), ...Object.values(OTHER_LIBRARIES)];
  for (const createLibrary of libraries) {
    const { name, find, runs }: Rival = await createLibrary(images);
    await measure(name, find, runs);
  }
  printTimes(rows);
  recordMeasurements(
    "search",
    [...rows].map(([term, { floor, created, ...times }]) => ({
      term,
      ...times,
      ...(hasTrigrams(term) && { floor: floor ?? Number.NaN, created: created ?? Number.NaN }),
    })),
  );
  console.log(`longest turn in a round of terms, asked and as typed, ms: ${JSON.stringify(blocked)}`);
  return barsOf(rows, { asked: blocked.asked.median, typed: blocked.typed.median, facets: Math.max(...facets) });
}

async function countFacets(search: ImageSearch, backends: readonly Backend[], term: string): Promise<unknown> {
  search.forget();
  return search.facets(backends, { term, match: "words" });
}

async function ask(
  search: ImageSearch,
  backends: readonly Backend[],
  term: string,
  options: { keepWords?: boolean } = {},
): Promise<number> {
  search.forget(options);
  return (await search.page(backends, { term, match: "words" }, { limit: 50, offset: 0 })).total;
}

/** How long others had to wait for their turn, in milliseconds: the longest in a round of all terms. */
interface LongestTurns {
  /** Of the rounds. */
  readonly median: number;
  /** Of all rounds: what else the machine does may be in it. */
  readonly max: number;
}

const ROUNDS = 15;

async function longestTurns(
  search: ImageSearch,
  backends: readonly Backend[],
  terms: readonly string[],
): Promise<LongestTurns> {
  const longest: number[] = [];
  const delays = monitorEventLoopDelay({ resolution: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    delays.reset();
    delays.enable();
    for (const term of terms) {
      await ask(search, backends, term);
      await nextTurn();
    }
    delays.disable();
    longest.push(Number((delays.max / 1e6).toFixed(1)));
  }
  const sorted = longest.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(ROUNDS / 2)] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

function printTimes(rows: ReadonlyMap<string, Times>): void {
  const rounded = (times: Times): Times =>
    Object.fromEntries(Object.entries(times).map(([name, value]) => [name, Number(value.toFixed(2))]));
  console.table([...rows].map(([term, times]) => ({ term, ...rounded(times) })));
}

/** The trigram index cannot answer words of one or two characters: those are compared with the others only. */
function hasTrigrams(term: string): boolean {
  return term.split(" ").every((word) => word.length >= 3);
}

/** Libraries and programs that find the same images as ours do, each term apart. */
const SAME_FINDS = ["scan", "duckdb", "ripgrep"];

function barsOf(
  rows: ReadonlyMap<string, Times>,
  { asked, typed, facets }: { readonly asked: number; readonly typed: number; readonly facets: number },
): Bar[] {
  const all = [...rows.keys()];
  const indexed = all.filter(hasTrigrams);
  const short = all.filter((term) => term.length < 3);
  const time = (term: string, name: string): number => rows.get(term)?.[name] ?? Number.NaN;
  const ratios = (terms: readonly string[], over: string, under: string): number[] =>
    terms.map((term) => time(term, over) / time(term, under));
  const most = (what: string, measured: number, bar: number): Bar => ({
    what: `search: ${what}`,
    measured,
    bar,
    atLeast: false,
  });
  const least = (name: string): Bar => ({
    what: `search, asked first: times faster than ${name}, worst term`,
    measured: Math.min(...ratios(all, name, "first")),
    bar: 1,
    atLeast: true,
  });
  const mean = (name: string): Bar => ({
    ...least(name),
    what: `search, asked first: times faster than ${name}, mean`,
    measured: geometricMean(ratios(all, name, "first")),
    bar: 20,
  });
  const first = (terms: readonly string[]): number => Math.max(...terms.map((term) => time(term, "first")));
  return [
    most("of the floor, geometric mean, asked first", geometricMean(ratios(indexed, "first", "floor")), 0.35),
    most("of the floor, worst term, asked first", Math.max(...ratios(indexed, "first", "floor")), 1.5),
    most("slowest term, asked first, ms", first(all), 3.5),
    most("slowest term of one or two characters, asked first, ms", first(short), 1.5),
    most("asked again, of asked first, mean", geometricMean(ratios(all, "again", "first")), 1),
    most("facets, asked first, slowest, ms", facets, 5),
    most("longest turn of the event loop in a round of terms, asked, median, ms", asked, 8),
    most("longest turn of the event loop in a round of terms, as typed, median, ms", typed, 8),
    mean("minisearch"),
    ...SAME_FINDS.filter((name) => rows.get("ubuntu")?.[name] !== undefined).map(least),
  ];
}
