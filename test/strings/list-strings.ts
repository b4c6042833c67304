/**
 * Writes every text that users read, by file and line, into one file to read in one go: `npm run strings [-- FILE]`. It takes
 * texts of code, of alerts and of the dashboard; what no user sees (SQL, keys, patterns, test data) is left out by rule.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readStrings } from "./read-strings.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Generated names of images are no words of ours. */
const LEFT_OUT =
  /^src\/demo\/(amazon-series|distribution-series|community-|marketplace-|account-images|public-images|region-)/;

const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .map((name) => join("src", name))
  .filter((name) => /\.(tsx?|ya?ml|html)$/.test(name) && !LEFT_OUT.test(name))
  .toSorted();
const lines = files.flatMap((file) => {
  const strings = readStrings(file, readFileSync(join(ROOT, file), "utf8"));
  return strings.length === 0
    ? []
    : ["", file, ...strings.map(({ line, text }) => `${String(line).padStart(5)}  ${text}`)];
});
const output = process.argv[2] ?? join(ROOT, "strings.txt");
writeFileSync(output, `${lines.join("\n").trim()}\n`);
console.log(
  `${relative(process.cwd(), output)}: ${lines.filter((line) => line.startsWith(" ")).length} texts of ${files.length} files`,
);
