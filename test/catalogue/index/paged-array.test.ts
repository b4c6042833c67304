import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NarrowArray, PAGE_BYTES, PageCache, WideArray } from "../../../src/catalogue/index/paged-array.ts";
import { histories } from "../../histories.ts";

/** An array of so many pages, each filled with its number; `reads`: how often each was read. */
function createArray(pages: number, cache: PageCache): { array: NarrowArray; reads: number[] } {
  const reads = Array.from({ length: pages }, () => 0);
  const readPage = (page: number): Uint8Array => {
    reads[page]!++;
    return new Uint8Array(PAGE_BYTES).fill(page);
  };
  return { array: new NarrowArray(pages * PAGE_BYTES, readPage, cache), reads };
}

describe("a cache of pages", () => {
  test("reads each page once while there is room for those in use, however often they are looked at in turn", () => {
    const cache = new PageCache(100 * PAGE_BYTES);
    const { array, reads } = createArray(80, cache);
    for (let round = 0; round < 20; round++)
      for (let page = 0; page < 80; page++) expect(array.at(page * PAGE_BYTES)).toBe(page);

    expect(Math.max(...reads)).toBe(1);
    expect(cache.bytes).toBe(80 * PAGE_BYTES);
  });

  test("keeps what is looked at again and again, while others pass by", () => {
    const cache = new PageCache(64 * PAGE_BYTES);
    const { array, reads } = createArray(250, cache);
    for (let page = 10; page < 250; page++) {
      for (let used = 0; used < 10; used++) array.at(used * PAGE_BYTES);
      array.at(page * PAGE_BYTES);
    }

    expect(reads.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test("drops in the end what nobody looks at, though there were room", () => {
    const cache = new PageCache(16 * PAGE_BYTES);
    const { array, reads } = createArray(10, cache);
    array.at(9 * PAGE_BYTES);
    for (let round = 0; round < 100; round++) for (let page = 0; page < 9; page++) array.at(page * PAGE_BYTES);

    expect(cache.bytes).toBe(9 * PAGE_BYTES);
    expect(Math.max(...reads)).toBe(1);
  });

  test("answers what was written, and keeps no more than it has room for, whatever is looked at", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 19 })), { minLength: 1, maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }),
        (room, looks, rooms) => {
          const cache = new PageCache(room * PAGE_BYTES);
          const bytes = createArray(20, cache);
          const numbers = new WideArray(
            (20 * PAGE_BYTES) / 4,
            (page) => new Uint8Array(new Uint32Array(PAGE_BYTES / 4).fill(page * 1_000_003).buffer),
            cache,
          );
          let most = room;
          looks.forEach(([isNarrow, page], at) => {
            const changed = rooms[Math.floor(at / 100)];
            if (at % 100 === 99 && changed !== undefined) cache.capacity = (most = changed) * PAGE_BYTES;
            const [narrow, wide] = [page * PAGE_BYTES + 7, (page * PAGE_BYTES) / 4 + 7];
            const [found, written] = isNarrow ? [bytes.array.at(narrow), page] : [numbers.at(wide), page * 1_000_003];
            expect(found).toBe(written);
            // The page that is looked at is kept in any case, and one generation is dropped at a time.
            expect(cache.bytes).toBeLessThanOrEqual(Math.max(most, room, 1) * PAGE_BYTES + PAGE_BYTES);
          });
        },
      ),
      histories(200),
    );
  });
});
