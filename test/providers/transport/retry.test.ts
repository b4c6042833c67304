import { expect, test } from "vitest";
import { defaultTiming, delayAfter, readRetryAfter } from "../../../src/providers/transport/http/retry.ts";

const NOW = Date.parse("2026-01-02T03:04:05Z");
const timing = { ...defaultTiming, tries: 9, random: () => 0, now: () => NOW };

test.each([
  { value: "0", ms: 0 },
  { value: "120", ms: 120_000 },
  { value: " 1.5 ", ms: 1500 },
  { value: "Fri, 02 Jan 2026 03:05:05 GMT", ms: 60_000 },
  { value: "Fri, 02 Jan 2026 03:00:00 GMT", ms: 0 },
  { value: "1767323105", ms: 60_000 },
  { value: "1767323000", ms: 0 },
  { value: "soon", ms: null },
  { value: "", ms: null },
])("reads Retry-After $value as $ms ms", ({ value, ms }) => {
  expect(readRetryAfter(value, NOW)).toBe(ms);
});

test.each([
  { tried: 1, random: 0, ms: 250 },
  { tried: 1, random: 1, ms: 500 },
  { tried: 4, random: 0, ms: 2000 },
  { tried: 8, random: 1, ms: 30_000 },
])("waits $ms ms after try $tried when chance is $random", ({ tried, random, ms }) => {
  expect(delayAfter(tried, null, { ...timing, random: () => random })).toBe(ms);
});

test("backs off as usual when Retry-After cannot be read", () => {
  expect(delayAfter(1, "soon", timing)).toBe(250);
});

test("never undercuts a Retry-After", () => {
  expect(delayAfter(1, "7", timing)).toBe(7000);
});

test("has no delay after the last try, nor for a Retry-After beyond the limit", () => {
  expect(delayAfter(9, "1", timing)).toBeNull();
  expect(delayAfter(1, "301", timing)).toBeNull();
});
