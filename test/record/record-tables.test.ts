import { expect, test } from "vitest";
import { COPIED } from "../../src/catalogue/file/replica.ts";
import { IMAGES, JOURNAL, RECORD_TABLES } from "../../src/record/postgres/record-tables.ts";

test("what a node guards is what it copies of its record", () => {
  const tables = [...RECORD_TABLES, JOURNAL, IMAGES].map(({ name }) => name);

  expect(COPIED.toSorted()).toEqual(tables.toSorted());
});
