import { expect, test } from "vitest";
import { createMemo } from "../../src/search/answer/memo.ts";

test("forgets what was asked for longest ago, not what came first", () => {
  const memo = createMemo<string>(100, () => 9);
  for (const key of "abcdefghij") memo.set(key, key);

  memo.get("a");
  memo.set("k", "k");

  expect([memo.get("a"), memo.get("b"), memo.get("k")]).toEqual(["a", undefined, "k"]);
});

test("does not keep what alone would fill a tenth", () => {
  const memo = createMemo<string>(100, ({ length }) => length);

  memo.set("a", "x".repeat(10));

  expect(memo.get("a")).toBeUndefined();
});

test("keeps nothing where there is no room", () => {
  const memo = createMemo<string>(0, ({ length }) => length);

  memo.set("a", "x");

  expect(memo.get("a")).toBeUndefined();
});
