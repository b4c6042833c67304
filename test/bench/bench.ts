/** Prints ratios measured in one run: `npm run bench [-- COUNT] [-- --only search|index|sync|under-sync|memory|serve|scale|page|cluster|regions] [--save]`. */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { benchCluster } from "./cluster-bench.ts";
import { createCorpus } from "./corpus.ts";
import { benchIndex } from "./index-bench.ts";
import { type Bar, printBars } from "./measure.ts";
import { benchMemory } from "./memory-bench.ts";
import { benchPage } from "./page-bench.ts";
import { benchRegions } from "./regions-bench.ts";
import { benchScale } from "./scale-bench.ts";
import { benchSearch } from "./search-bench.ts";
import { benchServe } from "./serve-bench.ts";
import { benchSync } from "./sync-bench.ts";
import { benchUnderSync } from "./under-sync-bench.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, save: { type: "boolean" } },
});
/** Images of all regions of EC2 together; they take many minutes to make. */
const EVERYWHERE = 4_000_000;

const count = Number(positionals[0] ?? (values.only === "regions" ? EVERYWHERE : 200_000));
const wants = (name: string): boolean => values.only === undefined || values.only === name;

/** Images of the catalogue that the page is typed over. */
const PAGE_COUNT = 50_000;

const bars: Bar[] = [];
if (wants("sync")) bars.push(...(await benchSync(count)));
if (wants("under-sync")) bars.push(...(await benchUnderSync(count)));
if (wants("memory")) bars.push(...(await benchMemory(count)));
if (wants("scale")) bars.push(...(await benchScale(count)));
if (values.only === "regions") bars.push(...(await benchRegions(count)));
if (wants("cluster")) bars.push(...(await benchCluster(count)));
if (wants("page")) {
  using corpus = await createCorpus(PAGE_COUNT, ["us-east-1"]);
  bars.push(...(await benchPage(corpus, PAGE_COUNT)));
}
if (wants("search") || wants("serve") || wants("index")) {
  using corpus = await createCorpus(count, ["us-east-1"]);
  if (wants("serve")) bars.push(...(await benchServe(corpus)));
  if (wants("index")) bars.push(...(await benchIndex(corpus)));
  if (wants("search")) bars.push(...(await benchSearch(corpus, count)));
}
const [cpu] = cpus();
const load = loadavg().map((each) => each.toFixed(1));
console.log(
  `${count} images, Node.js ${process.version}, ${availableParallelism()} cores (${cpu?.model ?? "unknown"}), load ${load.join(" ")}`,
);
printBars(bars);
