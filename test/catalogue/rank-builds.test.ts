import fc from "fast-check";
import { expect, test } from "vitest";
import { getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { findTurned } from "../../src/catalogue/listing/rank-builds.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import type { MachineImage } from "../../src/image.ts";
import { createImageSearch } from "../../src/search/answer/search-images.ts";
import { histories } from "../histories.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "./seed.ts";

/** Images in the order in which a cloud lists them, with nothing but a name and, perhaps, a day. */
function builds(...told: readonly (readonly [name: string, day?: string])[]): MachineImage[] {
  return told.map(([name, day], at) =>
    image(`ami-${at}`, { name, createdAt: day === undefined ? null : `${day}T00:00:00.000Z` }),
  );
}

test.each([
  [
    "undated builds are ordered by version",
    builds(["web 24.04.20240423"], ["web 24.04.20240614"], ["web 24.04.20240510"]),
    ["web 24.04.20240614"],
    ["web 24.04.20240614", "web 24.04.20240510", "web 24.04.20240423"],
  ],
  [
    "where one build has no time, the versions tell of all",
    builds(["app-20240101", "2026-01-01"], ["app-20250101"], ["app-20230101", "2026-02-01"]),
    ["app-20250101"],
    ["app-20250101", "app-20240101", "app-20230101"],
  ],
  [
    "of builds of one time the versions tell",
    builds(["app-20240101", "2026-01-01"], ["app-20250101", "2026-01-01"]),
    ["app-20250101"],
    ["app-20250101", "app-20240101"],
  ],
  [
    "else the time tells",
    builds(["app-20250101", "2026-01-01"], ["app-20240101", "2026-02-01"]),
    ["app-20240101"],
    ["app-20240101", "app-20250101"],
  ],
  [
    "undated versions that are families of their own come newest first",
    builds(["edge-appliance-8.8"], ["edge-appliance-8.10"], ["edge-appliance-8.9"]),
    ["edge-appliance-8.10", "edge-appliance-8.9", "edge-appliance-8.8"],
    ["edge-appliance-8.10", "edge-appliance-8.9", "edge-appliance-8.8"],
  ],
  [
    "undated families come behind dated ones",
    builds(["x 9"], ["x 8", "2020-01-01"], ["x 20240101"], ["x 20250101", "2026-01-01"]),
    ["x 8", "x 20250101", "x 9"],
    ["x 8", "x 20250101", "x 9", "x 20240101"],
  ],
])("%s", async (_, images, latest, all) => {
  using atOnce = openTemporaryCatalogue();
  commitImages(atOnce, await seedBackend(atOnce, "test"), images);
  expect(await namesOf(atOnce, true)).toEqual(latest);
  expect(await namesOf(atOnce, undefined)).toEqual(all);

  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  // In two commits: what comes later finds its place among what is there.
  commitImages(catalogue, backend, images.slice(1));
  commitImages(catalogue, backend, images);

  expect(await namesOf(catalogue, true)).toEqual(latest);
  expect(await namesOf(catalogue, undefined)).toEqual(all);
});

test("a build that gets a time, or loses it, orders its family anew", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const dated = builds(["app-20240101", "2026-02-01"], ["app-20250101", "2026-01-01"]);
  const [older = image("")] = builds(["app-20240101"]);
  commitImages(catalogue, backend, dated);
  const first = await namesOf(catalogue, undefined);

  commitImages(catalogue, backend, [older, ...dated.slice(1)]);
  const second = await namesOf(catalogue, undefined);
  commitImages(catalogue, backend, dated);

  expect([first, second, await namesOf(catalogue, undefined)]).toEqual([
    ["app-20240101", "app-20250101"],
    ["app-20250101", "app-20240101"],
    ["app-20240101", "app-20250101"],
  ]);
});

/** What a commit brings of builds of two families and of none: over few ids, so that they come, change, move, go and return. */
const someNews = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 9 }),
    isGone: fc.boolean(),
    name: fc.constantFrom("app-20240101", "app-20250101", "app-20260101", "app-20270101", "web-20240101", null),
    day: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, undefined),
    state: fc.constantFrom("available", "available", "disabled"),
  }),
  { minLength: 1, maxLength: 2 },
);

test("whatever commits there were, each build is what it would be if all were ranked anew", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someNews, { minLength: 8, maxLength: 16 }), async (commits) => {
      using catalogue = openTemporaryCatalogue();
      const backend = await seedBackend(catalogue, "test");
      const [source] = sourcesOf(catalogue, backend.id);
      const listed = new Map<number, MachineImage>();

      for (const news of commits) {
        for (const { id, isGone, name, day, state } of news) {
          const createdAt = day === undefined ? null : `2026-01-0${day}T00:00:00.000Z`;
          if (isGone && listed.has(id)) listed.delete(id);
          else listed.set(id, image(`ami-${id}`, { name, createdAt, extra: { state } }));
        }
        commitImages(catalogue, backend, [...listed.values()]);

        findTurned(catalogue.sqlite, source?.id ?? 0);
        expect(catalogue.sqlite.prepare("SELECT * FROM temp.turned").all()).toEqual([]);
      }
    }),
    histories(30),
  );
}, 60_000);

async function namesOf(catalogue: Catalogue, latest: boolean | undefined): Promise<string[]> {
  const search = createImageSearch(catalogue, () => NOW);
  const query = { term: "", match: "words", latest } as const;
  const { body } = await search.page([getBackend(catalogue, "test")], query, { limit: 50, offset: 0 });
  const entries: { name: string }[] = JSON.parse(body.toString());
  return entries.map(({ name }) => name);
}
