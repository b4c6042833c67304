import { describe, expect, test } from "vitest";
import type { ShrunkListings } from "../../src/record/shrunk-listings.ts";
import { judgeListing, type ListingVerdict } from "../../src/sync/judge-listing.ts";

const LIMITS = { maxShrink: 0.2, acceptShrink: false };
const NONE: ShrunkListings = { count: 0, since: null };
const START = Date.parse("2026-11-01T12:00:00.000Z");

describe("judgeListing", () => {
  test.each([
    [0, 0],
    [0, 5],
    [10, 10],
    [10, 1000],
    [10, 8],
    [3, 2],
  ])("believes %i images becoming %i", (before, listed) => {
    expect(judgeListing({ before, listed, now: at(0) }, LIMITS)).toEqual({ outcome: "commit" });
  });

  test.each([
    [1, 0, "emptied"],
    [10, 7, "shrunken"],
    [200_000, 100_000, "shrunken"],
    [3, 1, "shrunken"],
    [200_000, 0, "emptied"],
  ])("refuses %i images becoming %i, as %s, and says both numbers", (before, listed, code) => {
    const verdict = judgeListing({ before, listed, now: at(0) }, LIMITS);

    expect(verdict).toMatchObject({ outcome: "refuse", code, reason: expect.stringContaining(`${listed} images`) });
    expect(verdict).toMatchObject({ reason: expect.stringContaining(`has ${before}`) });
  });

  test("believes anything once it is told to", () => {
    expect(judgeListing({ before: 100, listed: 0, now: at(0) }, { ...LIMITS, acceptShrink: true })).toEqual({
      outcome: "commit",
    });
  });

  test.each([
    ["the third over half an hour", [0, 10, 30], ["refuse", "refuse", "commit"]],
    ["not the third before, but the next after that", [0, 1, 2, 29, 31], [...Array(4).fill("refuse"), "commit"]],
    ["not the second, however late", [0, 600], ["refuse", "refuse"]],
    ["not before half an hour on a clock that was set back", [0, -600, -599, -571], Array(4).fill("refuse")],
    [
      "half an hour on the new clock after it was set back",
      [0, -600, -599, -570],
      [...Array(3).fill("refuse"), "commit"],
    ],
  ])("of listings that stay small believes %s", (_, minutes, outcomes) => {
    expect(judgeInARow(minutes, { before: 100, listed: 50 }).map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  test("says when a small listing will be believed", () => {
    const verdicts = judgeInARow([0, 1, 2], { before: 100, listed: 50 });

    expect(verdicts.map((verdict) => (verdict.outcome === "refuse" ? verdict.reason : ""))).toEqual([
      expect.stringMatching(
        /; it is accepted after 2 more such listings, from 2026-11-01T12:30:00.000Z on, or now with --accept-shrink$/,
      ),
      expect.stringMatching(
        /; it is accepted after one more such listing, from 2026-11-01T12:30:00.000Z on, or now with/,
      ),
      expect.stringMatching(
        /; it is accepted after one more such listing, from 2026-11-01T12:30:00.000Z on, or now with/,
      ),
    ]);
  });

  test("from more than ten images to none always wants a person", () => {
    const [ten, eleven] = [10, 11].map((before) => judgeInARow([0, 20, 40, 60], { before, listed: 0 }).at(2));

    expect(ten).toMatchObject({ outcome: "commit" });
    expect(eleven).toEqual({
      outcome: "refuse",
      code: "emptied",
      reason: expect.stringMatching(/; if they are really gone, sync with --accept-shrink$/),
    });
  });

  test.each([
    [0, 13, "refuse"],
    [9, 10, "refuse"],
    [10, 10, "commit"],
    [0, 0, "commit"],
  ])("of %i read and %i unreadable images: %s, also when told to believe any size", (listed, unreadable, outcome) => {
    const counts = { before: 0, listed, unreadable, now: at(0) };

    expect(judgeListing(counts, LIMITS)).toMatchObject({ outcome });
    expect(judgeListing(counts, { ...LIMITS, acceptShrink: true })).toMatchObject({ outcome });
  });
});

function at(minute: number): string {
  return new Date(START + minute * 60_000).toISOString();
}

/** The verdicts on the same listing again and again, each with what the one before remembers. */
function judgeInARow(minutes: readonly number[], counts: { before: number; listed: number }): ListingVerdict[] {
  let shrunk = NONE;
  return minutes.map((minute) => {
    const verdict = judgeListing({ ...counts, shrunk, now: at(minute) }, LIMITS);
    shrunk = verdict.shrunk ?? shrunk;
    return verdict;
  });
}
