import { expect, test } from "vitest";
import { type DemoCatalogue, createCatalogue, createEmptyCatalogue } from "../../src/demo/generate/catalogue.ts";
import type { DemoImage } from "../../src/demo/generate/catalogue-image.ts";
import { churnCatalogue } from "../../src/demo/generate/churn.ts";
import { createGeneratedRegion } from "../../src/demo/generate/generate-catalogue.ts";

const OWN: DemoImage = { ImageId: "ami-0abcdef0123456789", OwnerId: "111122223333", Public: false };

test("shows the generated region until something changes", () => {
  const region = createGeneratedRegion({ count: 20, seed: 1, region: "us-east-1" });

  const catalogue = createCatalogue(region);

  expect(imagesOf(catalogue)).toEqual(Array.from({ length: 20 }, (_, position) => region.entryAt(position).image));
  expect(catalogue.revision).toBe(0);
});

test("adds, replaces and removes images over the region, each in its place", () => {
  const catalogue = generated();
  const before = imagesOf(catalogue);
  const [first, second] = before;
  if (!first || !second) throw new Error("the region is too small");

  catalogue.add(OWN, ["444455556666"]);
  catalogue.replace({ ...first, Description: "new" });
  catalogue.remove(second.ImageId);

  expect(imagesOf(catalogue)).toEqual([{ ...first, Description: "new" }, ...before.slice(2), OWN]);
  expect(catalogue.find(OWN.ImageId)).toEqual({ image: OWN, sharedWith: ["444455556666"] });
  expect(catalogue.find(second.ImageId)).toBeUndefined();
  expect(catalogue.revision).toBe(3);
});

test("takes an image back under its id after it was removed", () => {
  const catalogue = generated();
  const before = imagesOf(catalogue);
  const [first] = before;
  if (!first) throw new Error("the region is too small");

  catalogue.remove(first.ImageId);
  catalogue.add(first);

  expect(imagesOf(catalogue)).toEqual(before);
});

test("refuses to add what is there and to change what is not", () => {
  const catalogue = createEmptyCatalogue("us-east-1");
  catalogue.add(OWN);

  expect(() => catalogue.add(OWN)).toThrow(/is there already/);
  expect(() => catalogue.remove("ami-0000000000000000f")).toThrow(/there is no/);
  expect(() => catalogue.replace({ ...OWN, ImageId: "ami-1" })).toThrow(/there is no/);
});

test("rules out positions that cannot be an account's, and no other", () => {
  const account = { id: "111122223333", owned: 3, shared: 2 };
  const region = createGeneratedRegion({ count: 5_000, seed: 1, region: "us-east-1", accounts: [account] });
  const catalogue = createCatalogue(region);
  const first = catalogue.entryAt(7)?.image;
  if (!first) throw new Error("the region is too small");
  catalogue.replace({ ...first, OwnerId: account.id });

  const possible = Array.from({ length: catalogue.size }, (_, position) => position).filter((position) =>
    catalogue.mayBelong(position, account.id),
  );

  expect(possible).toEqual([7, 5_000, 5_001, 5_002, 5_003, 5_004]);
  expect(catalogue.mayBelong(0, "099720109477")).toBe(true);
});

test("churns the same share in the same way for the same seed", () => {
  const [one, same, other] = [generated(3_000), generated(3_000), generated(3_000)];
  const before = imagesOf(one);

  const churn = churnCatalogue(one, { share: 0.1, seed: 5 });
  churnCatalogue(same, { share: 0.1, seed: 5 });
  churnCatalogue(other, { share: 0.1, seed: 6 });

  expect(imagesOf(same)).toEqual(imagesOf(one));
  expect(imagesOf(other)).not.toEqual(imagesOf(one));
  expect(imagesOf(one)).toHaveLength(before.length + churn.added - churn.removed);
  expect(churn.added + churn.changed + churn.removed).toBeGreaterThan(280);
  expect(new Set(imagesOf(one).map(({ ImageId }) => ImageId)).size).toBe(imagesOf(one).length);
});

test("churns again and again", () => {
  const catalogue = generated(500);

  for (let day = 0; day < 20; day++) churnCatalogue(catalogue, { share: 0.2, seed: day });

  const ids = imagesOf(catalogue).map(({ ImageId }) => ImageId);
  expect(new Set(ids).size).toBe(ids.length);
});

function generated(count = 20): DemoCatalogue {
  return createCatalogue(createGeneratedRegion({ count, seed: 1, region: "us-east-1" }));
}

function imagesOf(catalogue: DemoCatalogue): DemoImage[] {
  return Array.from({ length: catalogue.size }, (_, position) => catalogue.entryAt(position)?.image ?? []).flat();
}
