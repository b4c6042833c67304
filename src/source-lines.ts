import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, extname, resolve } from "node:path";

/**
 * Makes stack traces name the files and lines of the sources, though the program is a bundle. A map is read when somebody looks
 * at a stack: Node.js's own --enable-source-maps reads all of them at the start, which takes longer than the start does.
 */
export function nameSourceLines(): void {
  if (extname(import.meta.filename) === ".ts") return;
  const find = createLineFinder(import.meta.dirname);
  Error.prepareStackTrace = (error, sites) =>
    [headOf(error), ...sites.map((site) => `    at ${describe(site, find)}`)].join("\n");
}

type FindLine = (file: string, line: number, column: number) => string | undefined;

/** Finds what stands at a line and column (from 1) of a script in `folder`, as `FILE:LINE:COLUMN` of its source. */
function createLineFinder(folder: string): FindLine {
  const maps = new Map<string, SourceMap | undefined>();
  return (file, line, column) => {
    if (dirname(file) !== folder) return undefined;
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
    const found = maps.get(file)?.findOrigin(line, column);
    if (!found || !("fileName" in found)) return undefined;
    return `${resolve(folder, found.fileName)}:${found.lineNumber}:${found.columnNumber}`;
  };
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Without a map the bundle's own lines are named.
    return undefined;
  }
}

function describe(site: NodeJS.CallSite, find: FindLine): string {
  const [file, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
  const said = site.toString();
  if (!file || line === null || column === null) return said;
  const found = find(file, line, column);
  return found === undefined ? said : said.replace(`${file}:${line}:${column}`, () => found);
}

/** As a stack begins without us: whatever was thrown, it can be described. */
function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "an error that cannot be described";
  }
}
