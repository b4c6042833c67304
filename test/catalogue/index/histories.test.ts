import fc from "fast-check";
import { expect, test } from "vitest";
import { type Backend, getBackend } from "../../../src/record/backends.ts";
import { checkCatalogue } from "../../../src/catalogue/transfer/check-catalogue.ts";
import { commitListing } from "../../../src/catalogue/listing/commit-listing.ts";
import { hasMergeable, mergeSegments } from "../../../src/catalogue/index/merge-segments.ts";
import { hasLeftovers } from "../../../src/catalogue/index/stage-segments.ts";
import { type Catalogue, openCatalogue } from "../../../src/catalogue/file/open-catalogue.ts";
import { insertRun } from "../../../src/record/runs.ts";
import { sourcesOf } from "../../../src/record/sources.ts";
import { stageListing } from "../../../src/catalogue/listing/stage-listing.ts";
import type { MachineImage } from "../../../src/image.ts";
import type { ImageQuery } from "../../../src/search/term/image-query.ts";
import { createImageSearch, type ImageSearch } from "../../../src/search/answer/search-images.ts";
import { histories } from "../../histories.ts";
import { naiveOrder } from "../../search/naive-order.ts";
import { oracleMatches } from "../../search/oracle.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../seed.ts";
import { hardText, pieceOf } from "./random-texts.ts";
import { splitIndex } from "./split-index.ts";

/** Over few ids, so that images come, change, go and return. */
const someImages: fc.Arbitrary<MachineImage[]> = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 60 }),
      name: hardText,
      description: fc.option(hardText),
      owner: fc.constantFrom("099720109477", "123456789012"),
      day: fc.integer({ min: 1, max: 3 }),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 40 },
  )
  .map((list) =>
    list.map(({ id, name, description, owner, day }) =>
      image(`ami-${id}`, { name, description, ownerId: owner, createdAt: `2026-01-0${day}T00:00:00.000Z` }),
    ),
  );

const step = fc.record({
  images: someImages,
  isProbe: fc.boolean(),
  before: fc.constantFrom("nothing", "roll back", "split and merge", "start anew"),
});

test("whatever commits, roll-backs, merges and starts there were, a term finds what a look at each image finds", async () => {
  const cases = fc.array(step, { minLength: 1, maxLength: 5 }).chain((steps) => {
    const texts = steps
      .flatMap(({ images }) => images.flatMap(({ name, description }) => [name, description]))
      .filter(Boolean);
    return fc.tuple(
      fc.constant(steps),
      fc.array(fc.oneof({ weight: 4, arbitrary: pieceOf(texts as string[]) }, hardText), {
        minLength: 6,
        maxLength: 6,
      }),
    );
  });
  await fc.assert(
    fc.asyncProperty(cases, async ([steps, terms]) => {
      using catalogue = openTemporaryCatalogue();
      using other = openCatalogue(catalogue.file);
      const backend = await seedBackend(catalogue, "test");
      let search = createImageSearch(catalogue, () => NOW);
      // Another process's, without any memory for pages.
      const small = createImageSearch(other, () => NOW, { memory: { pages: 0, words: 0 } });
      let present: readonly MachineImage[] = [];
      for (const { images, isProbe, before } of steps) {
        if (before === "roll back") failToCommit(catalogue, backend, images);
        if (before === "split and merge") await splitAndMerge(catalogue, backend);
        if (before === "start anew") search = createImageSearch(catalogue, () => NOW);
        commit(catalogue, backend, images, isProbe);
        present = isProbe ? [...present.filter(({ id }) => !images.some((one) => one.id === id)), ...images] : images;
        for (const term of terms) await expectFound(catalogue, [search, small], present, { term, match: "words" });
      }
      expect([...checkCatalogue(catalogue)].flatMap(({ troubles }) => troubles)).toEqual([]);
      expect([hasMergeable(catalogue), hasLeftovers(catalogue)]).toEqual([false, false]);
    }),
    histories(12),
  );
});

async function expectFound(
  catalogue: Catalogue,
  searches: readonly ImageSearch[],
  present: readonly MachineImage[],
  query: ImageQuery,
): Promise<void> {
  const backend = getBackend(catalogue, "test");
  const expected = await naiveOrder(catalogue, backend, query, NOW);
  const ids = present.filter((one) => oracleMatches(one, query.term)).map(({ id }) => id);
  expect(expected.toSorted(), query.term).toEqual(ids.toSorted());
  for (const search of searches) {
    const { total, body } = await search.page([backend], query, { limit: 100, offset: 0 });
    const found: string[] = JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
    expect({ total, found }, query.term).toEqual({ total: expected.length, found: expected });
  }
}

function commit(catalogue: Catalogue, backend: Backend, images: readonly MachineImage[], isProbe: boolean): void {
  if (!isProbe) return void commitImages(catalogue, backend, images);
  using connection = openCatalogue(catalogue.file);
  const [source] = sourcesOf(connection, backend.id);
  if (!source) throw new Error("the backend has no source");
  const stage = stageListing(connection, source);
  stage.add(images);
  commitListing(stage, { now: () => NOW, retire: false, runId: insertRun(connection, source.id, NOW) });
}

/** A commit that breaks off when all of it was done but the last word. */
function failToCommit(catalogue: Catalogue, backend: Backend, images: readonly MachineImage[]): void {
  using connection = openCatalogue(catalogue.file);
  const [source] = sourcesOf(connection, backend.id);
  if (!source) throw new Error("the backend has no source");
  connection.sqlite.exec(
    "CREATE TEMP TRIGGER break_off BEFORE UPDATE OF state ON runs BEGIN SELECT raise(ABORT, 'broken off'); END",
  );
  const stage = stageListing(connection, source);
  stage.add(images);
  const runId = insertRun(connection, source.id, NOW);
  expect(() => commitListing(stage, { now: () => NOW, retire: true, runId })).toThrow("broken off");
}

async function splitAndMerge(catalogue: Catalogue, backend: Backend): Promise<void> {
  const [source] = sourcesOf(catalogue, backend.id);
  if (!source) throw new Error("the backend has no source");
  splitIndex(catalogue, source.id, 3);
  await mergeSegments(catalogue, new AbortController().signal);
}
