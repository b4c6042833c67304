import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  lenientFlag,
  lenientList,
  lenientNumber,
  lenientRecord,
  lenientText,
} from "../../../src/providers/transport/reading/lenient.ts";

const fields = z.object({
  text: lenientText,
  number: lenientNumber,
  flag: lenientFlag,
  list: lenientList(z.string()),
  record: lenientRecord,
});

describe("lenient fields", () => {
  test("read what is missing as what is null", () => {
    const nothing = { text: null, number: null, flag: null, list: [], record: {} };

    expect(fields.parse({})).toEqual(nothing);
    expect(fields.parse({ text: null, number: null, flag: null, list: null, record: null })).toEqual(nothing);
  });

  test.each([
    { said: "a", text: "a", number: null, flag: null },
    { said: "20", text: "20", number: 20, flag: null },
    { said: " ", text: " ", number: null, flag: null },
    { said: 20.5, text: "20.5", number: 20.5, flag: null },
    { said: 1, text: "1", number: 1, flag: true },
    { said: 0, text: "0", number: 0, flag: false },
    { said: Infinity, text: null, number: null, flag: null },
    { said: true, text: null, number: null, flag: true },
    { said: "false", text: "false", number: null, flag: false },
    { said: {}, text: null, number: null, flag: null },
    { said: ["a"], text: null, number: null, flag: null },
  ])("read $said", ({ said, ...expected }) => {
    expect(fields.parse({ text: said, number: said, flag: said })).toMatchObject(expected);
  });

  test("drop the odd entries of a list, and read no list as an empty one", () => {
    expect(fields.parse({ list: ["a", 7, null, "b"] }).list).toEqual(["a", "b"]);
    expect(fields.parse({ list: { a: "b" } }).list).toEqual([]);
  });

  test("read an object, and nothing else, as a record", () => {
    expect(fields.parse({ record: { a: [7] } }).record).toEqual({ a: [7] });
    expect(fields.parse({ record: ["a"] }).record).toEqual({});
  });
});
