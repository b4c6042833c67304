import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_BYTES } from "../../../src/catalogue/index/paged-array.ts";
import {
  DamagedIndexError,
  insertPages,
  type PackedPage,
  packPages,
  pageReader,
} from "../../../src/catalogue/index/segment-pages.ts";
import type { PartKind } from "../../../src/catalogue/index/segment.ts";
import { fromSteps, toSteps } from "../../../src/catalogue/index/steps.ts";
import { histories } from "../../histories.ts";
import { openTemporaryCatalogue } from "../seed.ts";

const NUMBERS_ON_PAGE = PAGE_BYTES / 4;
const anyNumber = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), fc.nat({ max: 2 ** 31 }));
/** Pages are of thousands of numbers: a few, each as it is or so much more than the one before, again and again. */
const numbers = fc
  .record({ cycle: fc.array(anyNumber, { minLength: 1, maxLength: 9 }), ascends: fc.boolean(), length: fc.nat(9_000) })
  .map(({ cycle, ascends, length }) => {
    let sum = 0;
    return Uint32Array.from({ length }, (_, at) => (sum = (ascends ? sum : 0) + cycle[at % cycle.length]!));
  });
const kind = fc.constantFrom<PartKind>("plain", "packed", "steps");

test("pages of any kind are read as they were written", () => {
  using catalogue = openTemporaryCatalogue();
  let segment = 0;
  fc.assert(
    fc.property(fc.array(fc.record({ kind, data: numbers }), { maxLength: 3 }), (parts) => {
      // Packing frees the parts.
      insertPages(
        catalogue.sqlite,
        ++segment,
        packPages(parts.map(({ kind, data }) => ({ kind, data: data.slice() }))),
      );
      parts.forEach(({ data, kind }, part) => {
        const read = pageReader(catalogue.sqlite, segment, { part, kind, bytes: data.byteLength });
        const pages = Array.from({ length: Math.ceil(data.length / NUMBERS_ON_PAGE) }, (_, page) => read(page));
        expect(Buffer.compare(Buffer.concat(pages), Buffer.from(data.buffer))).toBe(0);
      });
    }),
    histories(200),
  );
});

test("numbers that ascend take a tenth", () => {
  const data = Uint32Array.from({ length: 100_000 }, (_, at) => 7_000_000 + at * 3 + (at % 5));
  const sizeOf = (pages: readonly PackedPage[]): number => pages.reduce((sum, page) => sum + page.data.length, 0);
  const packedAs = (kind: PartKind): number => sizeOf(packPages([{ kind, data: data.slice() }]));
  expect(packedAs("steps")).toBeLessThan(packedAs("packed") / 10);
});

test.each<PartKind>(["plain", "packed", "steps"])("a page of a %s part that lost a byte is refused", (kind) => {
  using catalogue = openTemporaryCatalogue();
  const data = Uint32Array.from({ length: NUMBERS_ON_PAGE }, (_, at) => at * 5);
  const [page] = packPages([{ kind, data: data.slice() }]);
  if (!page) throw new Error("there is no page");
  for (const [segment, damaged] of [page.data.subarray(1), page.data.subarray(0, -1)].entries()) {
    insertPages(catalogue.sqlite, segment, [{ ...page, data: damaged }]);
    const read = pageReader(catalogue.sqlite, segment, { part: 0, kind, bytes: data.byteLength });
    expect(() => read(0)).toThrow(DamagedIndexError);
  }
});

test("steps that are not of so many numbers are no numbers", () => {
  const steps = toSteps(Uint32Array.from([5, 300, 2 ** 32 - 1])).slice();
  expect(fromSteps(steps, 3)).toEqual(Uint32Array.from([5, 300, 2 ** 32 - 1]));
  for (const count of [2, 4]) expect(fromSteps(steps, count)).toBeUndefined();
  expect(fromSteps(steps.subarray(0, -1), 3)).toBeUndefined();
});
