import { copyFileSync, rmSync } from "node:fs";
import { deriveAnew } from "../../src/catalogue/listing/derive-anew.ts";
import { hasMergeable, mergeSegments } from "../../src/catalogue/index/merge-segments.ts";
import { changeIndex } from "../../src/catalogue/index/write-segments.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { NOW } from "../catalogue/seed.ts";
import type { Corpus } from "./corpus.ts";
import type { Bar } from "./measure.ts";

const COMMITS = 400;
/** Images of a commit, and how many of them are still there afterwards. */
const [CHANGED, KEPT] = [100, 80];

/** What the search's index costs: to build it, to keep it, and to change it. CPU time, which other processes disturb less. */
export async function benchIndex({ file }: Corpus): Promise<Bar[]> {
  const copy = `${file}-index`;
  {
    using catalogue = openCatalogue(file);
    catalogue.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  }
  copyFileSync(file, copy);
  try {
    using catalogue = openCatalogue(copy);
    const build = await cpuOf(() => buildAnew(catalogue));
    const bytes = bytesAnImage(catalogue);
    return [
      { what: "index: CPU seconds to build it anew", measured: build / 1000, bar: 8, atLeast: false },
      { what: "index: bytes an image in the file", measured: bytes, bar: 250, atLeast: false },
      ...(await benchCommits(catalogue)),
    ];
  } finally {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
  }
}

async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function buildAnew(catalogue: Catalogue): Promise<void> {
  catalogue.sqlite.exec("UPDATE sources SET index_format = 0");
  await deriveAnew(catalogue, 1, NOW);
}

function bytesAnImage({ sqlite }: Catalogue): number {
  const select = "SELECT (SELECT sum(length(data)) FROM search_pages) * 1.0 / (SELECT count(*) FROM images)";
  return sqlite.prepare<[], number>(select).pluck().get() ?? Number.NaN;
}

async function benchCommits(catalogue: Catalogue): Promise<Bar[]> {
  const { sqlite } = catalogue;
  const ids = sqlite.prepare<[], number>("SELECT id FROM images WHERE source_id = 1").pluck().all();
  const [commits, merges]: number[][] = [[], []];
  for (let n = 0; n < COMMITS; n++) {
    const gone = Array.from({ length: CHANGED }, (_, at) => ids[(n * 7919 + at * 104_729) % ids.length] ?? 0);
    const change = sqlite.transaction(() => changeIndex(sqlite, 1, "present", { gone, come: gone.slice(0, KEPT) }));
    commits?.push(await cpuOf(() => change.immediate()));
    if (hasMergeable(catalogue))
      merges?.push(await cpuOf(() => mergeSegments(catalogue, new AbortController().signal)));
  }
  const sorted = (commits ?? []).toSorted((a, b) => a - b);
  const all = [...sorted, ...(merges ?? [])].reduce((sum, each) => sum + each, 0);
  const bar = (what: string, measured: number, most: number): Bar => ({
    what: `index: ${what}`,
    measured,
    bar: most,
    atLeast: false,
  });
  return [
    bar("commit of 100, CPU ms, median", sorted[COMMITS / 2] ?? Number.NaN, 25),
    bar("commit of 100, CPU ms, mean, merges included", all / COMMITS, 35),
    bar("commit of 100, CPU ms, worst", sorted.at(-1) ?? Number.NaN, 200),
    bar("merge beside commits, CPU seconds, worst", Math.max(0, ...(merges ?? [])) / 1000, 10),
  ];
}
