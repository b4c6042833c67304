import fc from "fast-check";
import { expect, test } from "vitest";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { histories } from "../histories.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const TERMS = ["", "ubuntu", "jammy amd64", "a", "debian", "20240", "ubu", "arm"];

/** Listings over the same few ids, so that images come, change, go and return. */
const listing = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 25 }),
      name: fc.constantFrom(
        "ubuntu-jammy-amd64-20240115",
        "ubuntu-jammy-amd64-20240230",
        "debian-12-arm64-20240101",
        "jammy",
        "my ubuntu",
      ),
      owner: fc.constantFrom("099720109477", "137112412989", "123456789012"),
      day: fc.integer({ min: 1, max: 9 }),
    }),
    { selector: ({ id }) => id, maxLength: 20 },
  )
  .map((list) =>
    list.map(({ id, name, owner, day }) =>
      image(`ami-${String(id).padStart(2, "0")}`, { name, ownerId: owner, createdAt: `2026-01-0${day}T00:00:00.000Z` }),
    ),
  );

test("answers after each of any syncs as a new start does, and in the end as after one sync", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(listing, { minLength: 1, maxLength: 5 }), async (listings) => {
      using grown = openTemporaryCatalogue();
      using fresh = openTemporaryCatalogue();
      const backend = await seedBackend(grown, "test");
      // Its index follows every commit; the others are made for one question each.
      const search = createImageSearch(grown, () => NOW);
      for (const images of listings) {
        commitImages(grown, backend, images);
        const first = await answers(grown, search);
        expect(first).toEqual(
          await answers(
            grown,
            createImageSearch(grown, () => NOW),
          ),
        );
      }
      await seedBackend(fresh, "test");
      const last = listings.at(-1) ?? [];
      commitImages(fresh, getBackend(fresh, "test"), last);

      expect(await answers(grown, search)).toEqual(
        await answers(
          fresh,
          createImageSearch(fresh, () => NOW),
        ),
      );
      expect(present(grown)).toEqual(last.map(({ id }) => id).toSorted());
    }),
    histories(12),
  );
});

test("keeps a retired image, dated, out of searches, and takes it back as it was", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const [stays, goes] = [image("ami-1"), image("ami-2")];

  const first = commitImages(catalogue, backend, [stays, goes], { now: "2026-01-01T00:00:00.000Z" });
  const second = commitImages(catalogue, backend, [stays], { now: "2026-01-02T00:00:00.000Z" });
  const retired = rowOf(catalogue, "ami-2");
  const third = commitImages(catalogue, backend, [stays, goes], { now: "2026-01-03T00:00:00.000Z" });

  expect(first).toEqual({ added: 2, changed: 0, retired: 0, returned: 0 });
  expect(second).toEqual({ added: 0, changed: 0, retired: 1, returned: 0 });
  expect(retired).toEqual({
    first: "2026-01-01T00:00:00.000Z",
    last: "2026-01-01T00:00:00.000Z",
    retired: "2026-01-02T00:00:00.000Z",
  });
  expect(third).toEqual({ added: 0, changed: 0, retired: 0, returned: 1 });
  expect(rowOf(catalogue, "ami-2")).toEqual({ first: "2026-01-01T00:00:00.000Z", last: null, retired: null });
});

test("writes nothing for images that did not change", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const images = Array.from({ length: 50 }, (_, n) => image(`ami-${n}`));
  commitImages(catalogue, backend, images);
  const before = catalogue.sqlite.prepare("SELECT * FROM images").all();

  const counts = commitImages(catalogue, backend, images.toReversed(), { now: "2026-12-01T00:00:00.000Z" });

  expect(counts).toEqual({ added: 0, changed: 0, retired: 0, returned: 0 });
  expect(catalogue.sqlite.prepare("SELECT * FROM images").all()).toEqual(before);
});

test("keeps the newest first, whatever commits they came with", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const dated = (n: number, second: number): MachineImage =>
    image(`ami-${String(n).padStart(3, "0")}`, {
      name: `one ${n} of many`,
      createdAt: new Date(second * 1000).toISOString(),
    });
  const images = [dated(0, 0), dated(1, 1_000_000)];

  // Each commit is a segment, which others are merged into.
  for (let n = 2; n < 60; n++) {
    images.push(dated(n, 1_000_000 - n));
    commitImages(catalogue, backend, images);
  }

  const search = createImageSearch(catalogue, () => NOW);
  const newestFirst = images
    .toSorted((a, b) => ((a.createdAt ?? "") > (b.createdAt ?? "") ? -1 : 1))
    .map(({ id }) => id);
  expect(await idsOf(search, getBackend(catalogue, "test"), "many")).toEqual(newestFirst);
});

function answers(catalogue: Catalogue, search: ImageSearch): Promise<string[][]> {
  const backend = getBackend(catalogue, "test");
  return Promise.all(TERMS.map((term) => idsOf(search, backend, term)));
}

async function idsOf(search: ImageSearch, backend: Backend, term: string): Promise<string[]> {
  const { body } = await search.page([backend], { term, match: "words" }, { limit: 1000, offset: 0 });
  return JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
}

function present({ sqlite }: Catalogue): unknown[] {
  return sqlite.prepare("SELECT image_id FROM images WHERE retired_at IS NULL ORDER BY image_id").pluck().all();
}

function rowOf({ sqlite }: Catalogue, id: string): unknown {
  return sqlite
    .prepare("SELECT first_seen AS first, last_seen AS last, retired_at AS retired FROM images WHERE image_id = ?")
    .get(id);
}
