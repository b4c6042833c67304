import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTables } from "./tables.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A table that is made from code stands between these. Its width follows its content, which prettier would change. */
const GENERATED = /<!-- generated: ([a-z-]+) -->\n[^]*?<!-- end -->/g;

/** A document, as it is and as the code would have it. */
export interface Document {
  readonly file: string;
  readonly text: string;
  readonly generated: string;
}

/** The documents at the top, and the pages of docs/. Throws for a marker that names no table. */
export function readDocuments(): Document[] {
  const tables = createTables();
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", "SECURITY.md", "CONTRIBUTING.md", ...pages.map((name) => join("docs", name))].map((name) => {
    const file = join(ROOT, name);
    const text = readFileSync(file, "utf8");
    const generated = text.replaceAll(GENERATED, (_, table: string) => written(table, tables.get(table)));
    return { file, text, generated };
  });
}

function written(name: string, table: string | undefined): string {
  if (table === undefined) throw new Error(`no table is called ${name}`);
  const lines = `<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->`;
  return `<!-- generated: ${name} -->\n${lines}\n<!-- end -->`;
}
