/** Writes the tables of README.md and docs/ that are made from code; with `--check` it only says which are out of date. */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { readDocuments } from "./generated-tables.ts";

const stale = readDocuments().filter(({ text, generated }) => text !== generated);
const names = stale.map(({ file }) => relative(process.cwd(), file)).join(", ");
if (process.argv.includes("--check")) {
  if (stale.length > 0) throw new Error(`out of date: ${names}; run: npm run docs`);
} else {
  for (const { file, generated } of stale) writeFileSync(file, generated);
  console.log(stale.length === 0 ? "every table is up to date" : `written: ${names}`);
}
