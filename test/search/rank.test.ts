import { expect, test } from "vitest";
import { orderKey } from "../../src/catalogue/index/indexed-image.ts";
import { standingOf, type StandingSource } from "../../src/catalogue/facts/standing.ts";
import type { FamilyDocument } from "../../src/search/families/family-document.ts";
import { yearsIn } from "../../src/search/families/family-score.ts";
import { traitsOf, weigherFor, yearsOf } from "../../src/search/families/family-weight.ts";
import { compareRank, type RankKey } from "../../src/search/answer/rank.ts";

const OFFICIAL = { trust: "official", isOffered: true, variant: null, latest: false } as const;
const keyOf = (of: Partial<StandingSource>, ordered = 0): number =>
  orderKey(standingOf({ ...OFFICIAL, ...of }), ordered);
/** The higher the number of a family, the higher its score. */
const scored = (family: number): Pick<RankKey, "family" | "scores"> => ({
  family,
  scores: () => new Map([1, 2, 9].map((each) => [each, each])),
});
const unasked = (): never => {
  throw new Error("no score is needed");
};
const place = { starred: false, exact: false, named: false, fit: 0, key: keyOf({}) };
const key: RankKey = { ...place, family: 1, scores: unasked };

test.each<[string, RankKey, RankKey]>([
  ["starred before exact", { ...key, starred: true }, { ...key, exact: true }],
  ["exact before a better fit", { ...key, exact: true, fit: 3 }, key],
  ["a better fit before more trust", { ...key, fit: 1 }, { ...key, fit: 2, key: keyOf({ trust: "self" }) }],
  ["more trust before a name", { ...key, key: keyOf({ trust: "self" }) }, { ...key, named: true }],
  [
    "an older build of the name before the latest of another",
    { ...key, named: true },
    { ...key, key: keyOf({ latest: true }) },
  ],
  ["offered before plain", { ...key, key: keyOf({ variant: "daily" }) }, { ...key, key: keyOf({ isOffered: false }) }],
  ["plain before the latest build", key, { ...key, key: keyOf({ variant: "daily", latest: true }) }],
  ["the latest build before a higher score", { ...key, key: keyOf({ latest: true }) }, { ...key, ...scored(9) }],
  ["a newer build before a higher score", { ...key, key: key.key + 5 }, { ...key, ...scored(9) }],
  ["a higher score", { ...key, ...scored(2) }, { ...key, ...scored(1) }],
])("%s", (_, first, second) => {
  expect(compareRank(first, second)).toBeLessThan(0);
  expect(compareRank(second, first)).toBeGreaterThan(0);
});

test("builds of one family need no score", () => {
  expect(compareRank(key, { ...key })).toBe(0);
});

test("a family that is still built weighs more than one that nobody builds any more, and a plain one more than a special", () => {
  const traits = (name: string[]): ReturnType<typeof traitsOf> =>
    traitsOf({ name, publisher: [], about: [] }, { publisher: "Canonical", ownerId: "099720109477" });
  const weigh = weigherFor(["ubuntu"]);
  const [plain, special] = [traits(["ubuntu"]), traits(["ubuntu", "minimal"])];

  expect(weigh(plain, yearsOf("2026-01-01T00:00:00Z"))).toBeGreaterThan(weigh(plain, yearsOf("2024-01-01T00:00:00Z")));
  expect(weigh(plain, 1)).toBeGreaterThan(weigh(special, 1));
  expect(weigherFor(["minimal"])(special, 1)).toBe(weigherFor(["minimal"])(plain, 1));
});

test("a family is as old as its newest build, and one of no known time is neither young nor old", () => {
  const sources = new Map([
    [1, "2020-06-01T00:00:00Z"],
    [2, "2021-01-01T00:00:00Z"],
    [3, ""],
  ]);
  const document = { sources } as unknown as FamilyDocument;

  expect(yearsIn(document, new Set([1, 2, 3]))).toBeCloseTo(1, 1);
  expect(yearsIn(document, new Set([1]))).toBeCloseTo(0.4, 1);
  expect(yearsIn(document, new Set([3]))).toBe(0);
  sources.set(2, "2022-01-01T00:00:00Z");
  expect(yearsIn(document, new Set([2, 3]))).toBeCloseTo(2, 1);
});
