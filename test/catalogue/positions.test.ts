import { expect, test } from "vitest";
import { countPositions, findPositions } from "../../src/catalogue/find-positions.ts";
import { positionSlices } from "../../src/catalogue/positions.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "./seed.ts";

// A slice may end a band and begin another, each with one image more than its width in positions tells.
const BANDS = 8;

test.each([1, 7, 100, 1000])("slices of %i images hold every position once, best first", async (size) => {
  using catalogue = openTemporaryCatalogue();
  const owners = ["099720109477", "123456789012", "210987654321"];
  const images = Array.from({ length: 500 }, (_, n) =>
    image(`ami-${n}`, { name: `ubuntu ${n % 9}-${n}`, ownerId: owners[n % 3] ?? null }),
  );
  commitImages(catalogue, await seedBackend(catalogue, "test"), images);

  const slices = [...positionSlices(catalogue.sqlite, 1, size)];
  const counts = slices.map((slice) => countPositions(catalogue.sqlite, slice, '"ubu bun unt ntu"', {}));

  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
  expect(Math.max(...counts)).toBeLessThanOrEqual(size + BANDS);
  expect(slices.every(({ to }, at) => to < (slices[at - 1]?.from ?? Infinity))).toBe(true);
});

test.each(['"ubu bun unt ntu"', '"Áubu"*', ""])(
  "%s finds every position once, best first, in reads of any size",
  async (expression) => {
    using catalogue = openTemporaryCatalogue();
    const images = Array.from({ length: 1000 }, (_, n) => image(`ami-${n}`, { name: `ubuntu ${n}` }));
    commitImages(catalogue, await seedBackend(catalogue, "test"), images);
    const { sqlite } = catalogue;
    const all = sqlite.prepare<[], number>("SELECT position FROM images ORDER BY position DESC").pluck().all();
    const found = { source: { id: 1, imageCount: 1000 }, expression, filters: {} };

    const positions = [...findPositions(sqlite, found)];
    const lower = [...findPositions(sqlite, found, all[700])];

    expect(positions.filter((position) => position !== undefined)).toEqual(all);
    expect(lower.filter((position) => position !== undefined)).toEqual(all.slice(701));
    // Others may have their turn between reads, of which none is long.
    expect(positions.indexOf(undefined)).toBeLessThan(100);
  },
);
