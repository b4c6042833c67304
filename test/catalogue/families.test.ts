import { expect, test } from "vitest";
import { getBackend } from "../../src/catalogue/backends.ts";
import { forgetRetired, hasForgettable } from "../../src/catalogue/forget-retired.ts";
import type { Catalogue } from "../../src/catalogue/open-catalogue.ts";
import { pruneSources } from "../../src/catalogue/prune-sources.ts";
import { toggleStar } from "../../src/catalogue/stars.ts";
import { createImageSearch } from "../../src/search/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "./seed.ts";

const OLD = "2025-01-01T00:00:00.000Z";
const builds = [
  image("ami-1", { name: "gentoo-20260101", createdAt: "2026-01-01T00:00:00.000Z" }),
  image("ami-2", { name: "gentoo-20260201", createdAt: "2026-02-01T00:00:00.000Z" }),
];

test("a build that leaves its family leaves the one before it as the latest", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, builds);

  commitImages(catalogue, backend, [builds[0] ?? image(""), image("ami-2", { name: "arch" })]);

  const latest = catalogue.sqlite.prepare("SELECT image_id FROM images WHERE latest = 1 ORDER BY image_id").pluck();
  expect(latest.all()).toEqual(["ami-1", "ami-2"]);
});

test("a family goes with the last image that leaves it", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [...builds, image("ami-3", { name: "secret" })]);

  commitImages(catalogue, backend, [...builds, image("ami-3", { name: "open" })]);

  expect(familiesOf(catalogue)).toEqual(["gentoo-*", "open"]);
});

test("families go with their source, but for those that another source has", async () => {
  using catalogue = openTemporaryCatalogue();
  const [one, other] = [await seedBackend(catalogue, "one"), await seedBackend(catalogue, "other")];
  commitImages(catalogue, one, [...builds, image("ami-3", { name: "secret" })]);
  commitImages(catalogue, other, builds);

  catalogue.sqlite.exec("DELETE FROM backends WHERE id = 'one'");
  expect(await pruneSources(catalogue, NOW)).toBe(1);

  expect(familiesOf(catalogue)).toEqual(["gentoo-*"]);
});

test("images that were retired long ago go, with their families and stars, and nothing else", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const gone = Array.from({ length: 250 }, (_, n) => image(`ami-old${n}`, { name: n === 0 ? "secret" : `old ${n}` }));
  const recent = image("ami-9", { name: "recent" });
  commitImages(catalogue, backend, [...builds, recent, ...gone], { now: OLD });
  for (const id of ["ami-old0", "ami-9", "ami-1"]) await toggleStar(catalogue, "test", id, OLD);
  commitImages(catalogue, backend, [...builds, recent], { now: OLD });
  commitImages(catalogue, backend, builds, { now: NOW });
  const search = createImageSearch(catalogue, () => NOW);
  const state = search.stateKey([getBackend(catalogue, "test")]);

  expect(hasForgettable(catalogue, NOW, 1000)).toBe(false);
  expect(await forgetRetired(catalogue, NOW, 400)).toBe(250);

  expect(await forgetRetired(catalogue, NOW, 400)).toBe(0);
  expect(idsOf(catalogue)).toEqual(["ami-1", "ami-2", "ami-9"]);
  expect(familiesOf(catalogue)).toEqual(["gentoo-*", "recent"]);
  expect(catalogue.sqlite.prepare("SELECT image_id FROM stars ORDER BY 1").pluck().all()).toEqual(["ami-1", "ami-9"]);
  // Who lists retired images sees that there are others.
  expect(search.stateKey([getBackend(catalogue, "test")])).not.toBe(state);
});

test("the star of an image that another source of the backend still has stays", async () => {
  using catalogue = openTemporaryCatalogue();
  const sources = [
    { key: "ec2 own test", scope: "own" },
    { key: "ec2 test public", scope: "public" },
  ] as const;
  const backend = await seedBackend(catalogue, "test", [...sources]);
  commitImages(catalogue, backend, builds, { at: 1, now: OLD });
  commitImages(catalogue, backend, builds, { now: OLD });
  commitImages(catalogue, backend, [], { now: OLD });
  await toggleStar(catalogue, "test", "ami-1", OLD);

  expect(await forgetRetired(catalogue, NOW, 400)).toBe(2);

  expect(catalogue.sqlite.prepare("SELECT image_id FROM stars").pluck().all()).toEqual(["ami-1"]);
});

test("the journal forgets what is older than it is kept", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [], { now: "2026-01-01T00:00:00.000Z" });
  commitImages(catalogue, backend, builds.slice(0, 1), { now: "2026-01-02T00:00:00.000Z" });
  commitImages(catalogue, backend, builds, { now: "2026-03-01T00:00:00.000Z" });
  const journal = catalogue.sqlite.prepare("SELECT image_id FROM image_changes ORDER BY id").pluck();
  expect(journal.all()).toEqual(["ami-1", "ami-2"]);

  commitImages(catalogue, backend, builds, { now: "2026-04-03T00:00:00.000Z" });

  expect(journal.all()).toEqual(["ami-2"]);
});

function familiesOf({ sqlite }: Catalogue): unknown[] {
  return sqlite.prepare("SELECT name FROM families ORDER BY name").pluck().all();
}

function idsOf({ sqlite }: Catalogue): unknown[] {
  return sqlite.prepare("SELECT image_id FROM images ORDER BY image_id").pluck().all();
}
