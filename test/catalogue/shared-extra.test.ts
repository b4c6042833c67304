import { expect, test } from "vitest";
import type { Backend } from "../../src/record/backends.ts";
import { checkCatalogue } from "../../src/catalogue/transfer/check-catalogue.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { findImages } from "../../src/catalogue/read/read-image.ts";
import { readChanges } from "../../src/catalogue/read/read-changes.ts";
import { dropOrphans } from "../../src/catalogue/listing/prune-sources.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import type { MachineImage } from "../../src/image.ts";
import { createImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "./seed.ts";

const EXTRAS: readonly (readonly [string, MachineImage["extra"]])[] = [
  ["nothing", {}],
  [
    "only what others say too",
    { state: "available", kernel_id: null, tags: {}, codes: [], is_public: "true", free: false },
  ],
  [
    "only what is its own",
    { owner_id: "1", 'a "name"': 'ü "text" \u2028\n', nested: { state: null, list: [null, {}] } },
  ],
  ["both", { state: "available", size: 8, kernel_id: null, location: "1/x", tags: { a: "" } }],
  ["a shared name with a long text", { state: "s".repeat(1_000), platform: "windows" }],
];

test.each(EXTRAS)("what is shared is part of every answer: %s", async (_, extra) => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [image("ami-1", { extra })]);

  expect(findImages(catalogue, "ami-1")[0]?.extra).toEqual(extra);
  expect(await searched(catalogue, backend)).toEqual([extra]);
  expect(troublesOf(catalogue)).toEqual([]);
});

test("images of one kind share a row, and a row's own part is JSON by itself", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const images = Array.from({ length: 50 }, (_, n) =>
    image(`ami-${n}`, { extra: { state: "available", tags: {}, n } }),
  );
  commitImages(catalogue, backend, images);

  expect(shared(catalogue)).toEqual(['{"state":"available","tags":{}}']);
  const own = catalogue.sqlite.prepare("SELECT extra ->> 'n' FROM images ORDER BY image_id").pluck().all();
  expect(own.map(Number).toSorted((a, b) => a - b)).toEqual(images.map((_, n) => n));
});

test("a change of what was shared is a change of that field alone, and its way back is one too", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const [before, after] = [
    { state: "available", size: 1 },
    { state: "pending", size: 1 },
  ];
  for (const extra of [before, after, before]) commitImages(catalogue, backend, [image("ami-1", { extra })]);

  const [source] = sourcesOf(catalogue, backend.id);
  const range = { sourceIds: [source!.id], after: 0, since: "", before: Number.MAX_SAFE_INTEGER };
  const changes = readChanges(catalogue, range, 10);
  expect(changes.map(({ fields, extra }) => [fields, JSON.parse(extra)])).toEqual([
    ['["state"]', before],
    ['["state"]', before],
  ]);
  expect(shared(catalogue)).toHaveLength(2);
});

test("kinds that no image is of any more go when there are many", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [image("ami-1", { extra: { state: "available", n: 1 } })]);
  const [source] = sourcesOf(catalogue, backend.id);
  catalogue.sqlite
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
       INSERT INTO shared_extras SELECT ?, i, '{"state":"' || i || '"}' FROM n`,
    )
    .run(source!.id);

  commitImages(catalogue, backend, [
    image("ami-2", { extra: { state: "77", n: 2 } }),
    image("ami-1", { extra: { state: "available", n: 1 } }),
  ]);

  expect(shared(catalogue)).toEqual(['{"state":"77"}', '{"state":"available"}']);
  expect(findImages(catalogue, "ami-2")[0]?.extra).toEqual({ state: "77", n: 2 });
  expect(troublesOf(catalogue)).toEqual([]);
});

test("a check tells of an image whose shared part is missing", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [image("ami-1")]);
  catalogue.sqlite.exec("DELETE FROM shared_extras");

  expect(troublesOf(catalogue)).toEqual([expect.stringContaining("ami-1")]);
});

function shared({ sqlite }: Catalogue): unknown[] {
  return sqlite.prepare("SELECT extra FROM shared_extras ORDER BY extra").pluck().all();
}

function troublesOf(catalogue: Catalogue): string[] {
  return [...checkCatalogue(catalogue)].flatMap(({ troubles }) => [...troubles]);
}

async function searched(catalogue: Catalogue, backend: Backend): Promise<unknown[]> {
  const search = createImageSearch(catalogue, () => "2026-11-02T12:00:00.000Z");
  await search.caughtUp();
  const { body } = await search.page([backend], { term: "", match: "words" }, { limit: 10, offset: 0 });
  return JSON.parse(body.toString()).map(({ extra }: { extra: unknown }) => extra);
}

test("what only images shared that are gone goes with them into no copy", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [image("ami-1", { extra: { platform: "secret-1" } }), image("ami-2")]);
  commitImages(catalogue, backend, [image("ami-1", { extra: { platform: "shown-1" } }), image("ami-2")]);

  dropOrphans(catalogue);

  expect(shared(catalogue)).not.toContain('{"platform":"secret-1"}');
  expect(shared(catalogue)).toContain('{"platform":"shown-1"}');
  expect(troublesOf(catalogue)).toEqual([]);
});
