import { getTableColumns } from "drizzle-orm";
import { expect, test } from "vitest";
import { stagedColumns } from "../../src/catalogue/file/image-columns.ts";
import { COPIED } from "../../src/catalogue/file/replica.ts";
import { images } from "../../src/catalogue/file/schema.ts";
import { STAGED_COLUMNS } from "../../src/catalogue/listing/staged-rows.ts";
import { IMAGES, JOURNAL, RECORD_TABLES } from "../../src/record/postgres/record-tables.ts";

test("what a node guards is what it copies of its record", () => {
  const tables = [...RECORD_TABLES, JOURNAL, IMAGES].map(({ name }) => name);

  expect(COPIED.toSorted()).toEqual(tables.toSorted());
});

test("what is staged of an image is every column of the table of columns, and PostgreSQL has each", () => {
  const columns = Object.entries(getTableColumns(images)).flatMap(([property, { name }]) =>
    property in stagedColumns ? [name] : [],
  );

  expect(STAGED_COLUMNS.toSorted()).toEqual([...columns, "family_name"].toSorted());
  // Which texts are shared is each file's own.
  expect(columns.filter((name) => name !== "shared_id" && !IMAGES.columns.includes(name))).toEqual([]);
});
