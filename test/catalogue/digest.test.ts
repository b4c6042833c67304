import { expect, test } from "vitest";
import { digestOf } from "../../src/catalogue/facts/columns-of.ts";
import { differingFields } from "../../src/catalogue/listing/differing-fields.ts";
import { image } from "./seed.ts";

const TAGGED = image("ami-1", {
  keywords: ["red", "blue"],
  extra: { tags: ["b", "a"], metadata: { one: "1", two: ["y", "x"] }, devices: [{ name: "sdb" }, { name: "sda" }] },
});

test("lists and names in another order are the same image", () => {
  const again = image("ami-1", {
    keywords: ["blue", "red"],
    extra: { devices: [{ name: "sda" }, { name: "sdb" }], metadata: { two: ["x", "y"], one: "1" }, tags: ["a", "b"] },
  });

  expect(digestOf(again)).toBe(digestOf(TAGGED));
});

test.each([
  ["another list", { tags: ["b", "c"] }],
  ["a list with one more", { tags: ["b", "a", "a"] }],
  ["an empty object in place of an empty list", { tags: {} }],
  ["a text in place of a number", { size: "1" }],
  ["a list of texts in place of numbers", { sizes: ["1", "2"] }],
  ["a name that is another's value", { one: "two" }],
])("%s is another image", (_, extra) => {
  const before = {
    tags: ["b", "a"],
    size: 1,
    sizes: [1, 2],
    two: "one",
    ...("tags" in extra && Array.isArray(extra.tags) ? {} : { tags: [] }),
  };
  expect(digestOf(image("ami-1", { extra: { ...before, ...extra } }))).not.toBe(
    digestOf(image("ami-1", { extra: before })),
  );
});

interface Row {
  readonly told?: Record<string, unknown>;
  readonly before: unknown;
  readonly after: unknown;
}

const compare = ({ told = {}, before, after }: Row, [digestBefore, digestAfter]: readonly [string, string]): string[] =>
  differingFields({
    told: JSON.stringify(told),
    before: JSON.stringify(before),
    after: JSON.stringify(after),
    digestBefore,
    digestAfter,
  });

const SAME_READER = ["1.abc", "1.def"] as const;
const OLDER_READER = ["abc", "1.def"] as const;

test.each<[string, Row, string[]]>([
  ["a field that is new", { before: { a: 1 }, after: { a: 1, b: 2 } }, ["b"]],
  ["a field that is gone", { before: { a: 1, b: 2 }, after: { a: 1 } }, ["b"]],
  ["a column that was empty", { told: { platform: [null, "windows"] }, before: {}, after: {} }, ["platform"]],
  ["keywords", { told: { keywords: ['["a"]', '["a","b"]'] }, before: {}, after: {} }, ["keywords"]],
  ["keywords in another order", { told: { keywords: ['["b","a"]', '["a","b"]'] }, before: {}, after: {} }, []],
  ["a list in another order", { before: { tags: ["b", "a"] }, after: { tags: ["a", "b"] } }, []],
])("between two listings of one release, %s", (_, row, fields) => {
  expect(compare(row, SAME_READER)).toEqual(fields);
});

test.each<[string, Row, string[]]>([
  ["a field that only the newer one reads is no news", { before: { a: 1 }, after: { a: 1, b: 2 } }, []],
  ["a field that only the older one read is no news", { before: { a: 1, b: 2 }, after: { a: 1 } }, []],
  ["a field within a field is no news", { before: { disk: { gb: 8 } }, after: { disk: { gb: 8, iops: 3 } } }, []],
  ["a field within a list is no news", { before: { disks: [{ gb: 8 }] }, after: { disks: [{ gb: 8, iops: 3 }] } }, []],
  ["a column that the older one left empty is no news", { told: { platform: [null, "x"] }, before: {}, after: {} }, []],
  ["more keywords are no news", { told: { keywords: ['["a"]', '["b","a"]'] }, before: {}, after: {} }, []],
  ["other keywords are", { told: { keywords: ['["a"]', '["b"]'] }, before: {}, after: {} }, ["keywords"]],
  ["a field that both read and that differs is", { before: { a: 1 }, after: { a: 2, b: 2 } }, ["a"]],
  ["a column that both read is", { told: { name: ["x", "y"] }, before: {}, after: {} }, ["name"]],
  ["a value within a field is", { before: { disk: { gb: 8 } }, after: { disk: { gb: 9, iops: 3 } } }, ["disk"]],
  ["a value within a list is", { before: { disks: [{ gb: 8 }] }, after: { disks: [{ gb: 9 }] } }, ["disks"]],
  ["a list that lost something is", { before: { tags: ["a", "b"] }, after: { tags: ["a"] } }, ["tags"]],
])("between the readers of two releases, %s", (_, row, fields) => {
  expect(compare(row, OLDER_READER)).toEqual(fields);
});
