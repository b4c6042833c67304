import { readMeasurements } from "../bench/record-measurements.ts";
import { code, table } from "./markdown-table.ts";

type Row = Readonly<Record<string, string | number>>;

/** The terms that the documents show; the bench measures more. */
const SHOWN = ["ubuntu", "ubuntu jammy arm64", "jammy-22.04", "amzn2-ami-hvm", "ami-0bf0453c", "nat", "x86_64", "a"];

/** What answered, by its name in the bench. */
const ANSWERERS: readonly (readonly [string, string])[] = [
  ["first", "first asked"],
  ["again", "again"],
  ["floor", "SQLite trigrams"],
  ["created", "the same, by date"],
  ["scan", "scan"],
  ["minisearch", "MiniSearch"],
  ["orama", "Orama"],
  ["flexsearch", "FlexSearch"],
];

/** What a size of catalogue costs, by its name in the bench, with its unit. */
const COSTS: readonly (readonly [string, string, (value: number) => string])[] = [
  ["file", "file", (mb) => `${number(mb / 1000)} GB`],
  ["resident", "resident memory", (mb) => `${number(mb)} MB`],
  ["start", "start to the first answer", (ms) => `${number(ms / 1000)} s`],
  ["one firstP99", "search of one backend, first asked, p99", (ms) => `${number(ms)} ms`],
  ["one againP99", "the same, again", (ms) => `${number(ms)} ms`],
  ["all firstP99", "search of all backends, first asked, p99", (ms) => `${number(ms)} ms`],
  ["all againP99", "the same, again", (ms) => `${number(ms)} ms`],
  ["update", "commit of 100 new images", (ms) => `${number(ms)} ms`],
];

/** Tables of what the bench measured last, by the name in their marker. */
export function measurementTables(): [string, string][] {
  const { search, scale } = readMeasurements();
  return [
    ["search-times", searchTable(search?.rows ?? [])],
    ["sizes", scaleTable(scale?.rows ?? [])],
  ];
}

function searchTable(rows: readonly Row[]): string {
  const shown = rows.filter((row) => SHOWN.includes(String(row["term"])));
  return table(
    ["term", "found", ...ANSWERERS.map(([, title]) => title)],
    shown.map((row) => [
      code(String(row["term"])),
      Number(row["found"]).toLocaleString("en"),
      ...ANSWERERS.map(([name]) => (typeof row[name] === "number" ? number(row[name]) : "cannot")),
    ]),
  );
}

function scaleTable(rows: readonly Row[]): string {
  return table(
    ["", ...rows.map((row) => `${Number(row["images"]).toLocaleString("en")} images`)],
    COSTS.map(([name, title, written]) => [title, ...rows.map((row) => written(Number(row[name])))]),
  );
}

/** With two digits that count. */
function number(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(2)));
}
