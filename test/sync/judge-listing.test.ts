import { describe, expect, test } from "vitest";
import { judgeListing } from "../../src/sync/judge-listing.ts";

const LIMITS = { maxShrink: 0.2, acceptShrink: false };

describe("judgeListing", () => {
  test.each([
    [0, 0],
    [0, 5],
    [10, 10],
    [10, 1000],
    [10, 8],
    [3, 2],
  ])("believes %i images becoming %i", (before, listed) => {
    expect(judgeListing(before, listed, LIMITS)).toEqual({ outcome: "commit" });
  });

  test.each([
    [1, 0],
    [10, 7],
    [200_000, 100_000],
    [3, 1],
  ])("refuses %i images becoming %i, and says both numbers", (before, listed) => {
    const verdict = judgeListing(before, listed, LIMITS);

    expect(verdict).toMatchObject({ outcome: "refuse", reason: expect.stringContaining(`${listed} images`) });
    expect(verdict).toMatchObject({ reason: expect.stringContaining(`has ${before}`) });
  });

  test("believes anything once it is told to", () => {
    expect(judgeListing(10, 0, { ...LIMITS, acceptShrink: true })).toEqual({ outcome: "commit" });
  });
});
