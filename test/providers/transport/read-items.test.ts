import { expect, test } from "vitest";
import { z } from "zod";
import { readEach } from "../../../src/providers/transport/reading/read-items.ts";

const never = z.unknown().refine(() => false, "refused");

test.each([
  { item: { id: "a" }, id: "a" },
  { item: { id: 7 }, id: "7" },
  { item: { id: null }, id: undefined },
  { item: { id: Infinity }, id: undefined },
  { item: {}, id: undefined },
  { item: "a", id: undefined },
  { item: null, id: undefined },
])("a rejected item carries its id where that can be read: $item", ({ item, id }) => {
  const { rejected } = readEach(never, [item]);

  expect(rejected).toEqual([{ ...(id !== undefined && { id }), reason: ": refused", item }]);
});

test("a rejected item carries the id that the caller finds", () => {
  const { rejected } = readEach(never, [{ name: "x" }], () => "found");

  expect(rejected[0]?.id).toBe("found");
});
