import { expect, test } from "vitest";
import { type Backend, getBackend } from "../../../src/record/backends.ts";
import { checkCatalogue } from "../../../src/catalogue/transfer/check-catalogue.ts";
import { hasMergeable, idsToMerge, mergeSegments } from "../../../src/catalogue/index/merge-segments.ts";
import { hasLeftovers } from "../../../src/catalogue/index/stage-segments.ts";
import { MOST_IMAGES } from "../../../src/catalogue/index/write-segments.ts";
import { beginSnapshot, type Catalogue, openReader } from "../../../src/catalogue/file/open-catalogue.ts";
import type { MachineImage } from "../../../src/image.ts";
import { createImageSearch, type ImageSearch } from "../../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../seed.ts";
import { splitIndex } from "./split-index.ts";

const NO_MEMORY = { pages: 0, words: 0 };
const signal = new AbortController().signal;

function images(count: number): MachineImage[] {
  return Array.from({ length: count }, (_, n) => image(`ami-${n}`, { name: `ubuntu-${n % 7}.04 build ${n}` }));
}

async function idsOf(search: ImageSearch, backend: Backend, term: string): Promise<string[]> {
  const { body } = await search.page([backend], { term, match: "words" }, { limit: 1000, offset: 0 });
  return JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
}

function segmentsOf({ sqlite }: Catalogue): unknown[] {
  return sqlite.prepare("SELECT size, dead_count FROM search_segments WHERE kind = 'present' ORDER BY id").raw().all();
}

test.each([
  ["three alike", [10, 10, 10], 0],
  ["four alike", [10, 10, 11, 12], 4],
  ["four alike and a larger one", [10, 10, 11, 12, 41], 4],
  ["small ones that become one of four", [4, 5, 6, 7, 20, 21, 22], 7],
  ["four that are far apart", [1, 20, 300, 5000], 0],
  ["one without images", [0, 10, 20], 1],
  ["some that fit into one", [20_000, 20_001, 20_002], 2],
  ["a small one and some that fit not", [10, 30_000, 30_001], 0],
  ["full ones", [MOST_IMAGES - 1, MOST_IMAGES], 0],
  ["none", [], 0],
])("of %s joins what is due", (_, sizes, count) => {
  const segments = sizes.map((size, id) => ({ id, size, live: size }));

  expect(idsToMerge(segments)).toHaveLength(count);
});

test("a segment that is a third dead is written anew", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, images(300));
  commitImages(catalogue, backend, images(200));
  expect(segmentsOf(catalogue)).toEqual([[300, 100]]);

  expect(await mergeSegments(catalogue, signal)).toBe(1);

  expect(segmentsOf(catalogue)).toEqual([[200, 0]]);
  expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
});

test("who reads while segments are merged and their pages go finds the same, before and after", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, images(300));
  splitIndex(catalogue, 1, 4);
  using reader = openReader(catalogue.file);
  using late = openReader(catalogue.file);
  const [search, frozen] = [reader, late].map((one) => createImageSearch(one, () => NOW, { memory: NO_MEMORY }));
  if (!search || !frozen) throw new Error("there are two readers");
  const expected = await idsOf(search, backend, "ubuntu-3");
  await frozen.caughtUp();
  beginSnapshot(late);
  late.sqlite.prepare("SELECT count(*) FROM sources").get();

  expect(await mergeSegments(catalogue, signal)).toBe(1);

  expect(segmentsOf(catalogue)).toEqual([[300, 0]]);
  expect(segmentsOf(late)).toHaveLength(4);
  for (const each of [search, frozen]) {
    each.forget();
    expect(await idsOf(each, backend, "ubuntu-3")).toEqual(expected);
  }
});

test("a commit while segments are merged is lost to nobody", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, images(300));
  splitIndex(catalogue, 1, 4);
  const merging = mergeSegments(catalogue, signal);
  const building = catalogue.sqlite.prepare("SELECT 1 FROM search_segments WHERE state = 'building'");
  while (building.get() === undefined) await Promise.resolve();
  // Between the build and the swap.
  commitImages(catalogue, backend, [...images(250), image("ami-new", { name: "ubuntu-3.04 new" })]);
  await merging;
  await mergeSegments(catalogue, signal);

  const search = createImageSearch(catalogue, () => NOW);
  const found = await idsOf(search, getBackend(catalogue, "test"), "ubuntu-3.04");
  expect(found.toSorted()).toEqual(
    ["ami-new", ...images(250).flatMap(({ id, name }) => (name?.includes("ubuntu-3.04") ? id : []))].toSorted(),
  );
  expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
  expect([hasMergeable(catalogue), hasLeftovers(catalogue)]).toEqual([false, false]);
});
