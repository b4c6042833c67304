import { expect, test } from "vitest";
import { createListingBrake, FRUITLESS_PAGES, MOST_IMAGES } from "../../src/sync/listing-brake.ts";
import { image } from "../catalogue/seed.ts";
import { openScriptedCloud } from "./scripted-cloud.ts";

const SOURCE = { key: "ec2 eu-west-1 public", scope: "public" } as const;

test("endless empty pages end the listing, and what was there stays", async () => {
  using cloud = await openScriptedCloud();
  await cloud.sync([{ images: [image("ami-1")] }]);

  const outcome = await cloud.sync([
    { images: [image("ami-2")] },
    ...Array.from({ length: FRUITLESS_PAGES + 10 }, () => ({})),
  ]);

  expect(outcome).toMatchObject({ outcome: "failed", code: "invalid-answer" });
  expect(outcome).toHaveProperty("reason", expect.stringMatching(/test public: 2000 pages in a row brought no new/));
  expect(cloud.lastRun().upstreamCalls).toBe(1 + FRUITLESS_PAGES);
  expect(cloud.ids()).toEqual(["ami-1"]);
});

test("pages that bring what came before end it too; with some hundred of them it is a listing as any", () => {
  const brake = createListingBrake({ name: "ec2" }, SOURCE);

  for (let page = 1; page <= FRUITLESS_PAGES; page++) brake.check({}, 7);
  expect(() => brake.check({}, 8)).not.toThrow();
  for (let page = 1; page < FRUITLESS_PAGES; page++) brake.check({}, 8);
  expect(() => brake.check({}, 8)).toThrow(/^ec2 eu-west-1 public: 2000 pages in a row/);
});

test("any number of parts may be without images", () => {
  const brake = createListingBrake({ name: "ec2" }, SOURCE);
  const parts = Array.from({ length: FRUITLESS_PAGES * 2 }, (_, n) => ({ part: `repository ${n}` }));

  expect(() => parts.forEach((page) => brake.check(page, 0))).not.toThrow();
});

test("images without end end the listing", () => {
  const brake = createListingBrake({ name: "ec2" }, SOURCE);

  brake.check({}, MOST_IMAGES);
  expect(() => brake.check({}, MOST_IMAGES + 1)).toThrow(/more than 2000000 images/);
});
