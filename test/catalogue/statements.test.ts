import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { rowsOf, valuesOf } from "../../src/catalogue/file/statements.ts";

const SQL = "SELECT value FROM json_each('[1, 2]')";

test("a statement is prepared once for each connection", () => {
  const [one, other] = [new Database(":memory:"), new Database(":memory:")];

  expect(rowsOf(one, SQL)).toBe(rowsOf(one, SQL));
  expect(rowsOf(one, SQL)).not.toBe(rowsOf(other, SQL));
});

test("the same SQL is asked for rows and for values", () => {
  const db = new Database(":memory:");

  expect(rowsOf(db, SQL).all()).toEqual([{ value: 1 }, { value: 2 }]);
  expect(valuesOf(db, SQL).all()).toEqual([1, 2]);
  expect(rowsOf(db, SQL).all()).toEqual([{ value: 1 }, { value: 2 }]);
});

test("one that is still being iterated is not handed out", () => {
  const db = new Database(":memory:");

  const pairs = [...valuesOf<number>(db, SQL).iterate()].length;
  const seen: number[] = [];
  for (const outer of valuesOf<number>(db, SQL).iterate())
    for (const inner of valuesOf<number>(db, SQL).iterate()) seen.push(10 * outer + inner);

  expect(pairs).toBe(2);
  expect(seen).toEqual([11, 12, 21, 22]);
});
