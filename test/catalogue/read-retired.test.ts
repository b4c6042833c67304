import { expect, test } from "vitest";
import { readRetiredRows } from "../../src/catalogue/read/read-retired.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "./seed.ts";

test("a star is of one image, and an id that is asked for is found in any case", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [image("web"), image("WEB"), image("other"), image("kept")]);
  commitImages(catalogue, backend, [image("kept")]);
  const [source] = sourcesOf(catalogue, backend.id);
  const idOf = catalogue.sqlite.prepare<[number], string>("SELECT image_id FROM images WHERE id = ?").pluck();
  const read = (which: Parameters<typeof readRetiredRows>[2]): string[] =>
    readRetiredRows(catalogue, source?.id ?? 0, which)
      .map((row) => idOf.get(row) ?? "")
      .toSorted((a, b) => (a < b ? -1 : 1));

  expect(read({ imageIds: ["web", "kept"] })).toEqual(["web"]);
  expect(read({ foldedIds: ["web", "kept"] })).toEqual(["WEB", "web"]);
});
