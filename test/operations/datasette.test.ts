import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTemporaryCatalogue } from "../catalogue/seed.ts";
import { readBlocks } from "../docs/code-blocks.ts";

interface Datasette {
  readonly databases: {
    readonly imagedex: {
      readonly tables: Readonly<
        Record<string, { readonly hidden?: boolean; readonly columns?: Record<string, string> }>
      >;
      readonly queries: Readonly<Record<string, { readonly title: string; readonly sql: string }>>;
    };
  };
}

const FILE = join(import.meta.dirname, "../../src/operations/datasette.json");
const { databases }: Datasette = JSON.parse(readFileSync(FILE, "utf8"));
const { tables, queries } = databases.imagedex;

test("datasette.json shows or hides each table of the file, and names columns that are there", () => {
  using catalogue = openTemporaryCatalogue();
  const names = catalogue.sqlite
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
    )
    .all();

  expect(Object.keys(tables).toSorted()).toEqual(names.map(({ name }) => name).toSorted());
  for (const [table, { columns = {} }] of Object.entries(tables)) {
    const there = catalogue.sqlite.pragma(`table_info(${table})`);
    for (const column of Object.keys(columns)) expect(there).toContainEqual(expect.objectContaining({ name: column }));
  }
  for (const secret of ["access_tokens", "webhooks", "accounts"]) expect(tables[secret]).toEqual({ hidden: true });
});

test("datasette.json has the queries of docs/sql.md", () => {
  const documented = readBlocks().filter(
    ({ language, place }) => language === "sql" && place.startsWith("docs/sql.md"),
  );

  expect(Object.values(queries).map(({ sql }) => sql)).toEqual(documented.map(({ text }) => text.trim()));
});
