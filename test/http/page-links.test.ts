import type { Request } from "express";
import { expect, test } from "vitest";
import { pageLinks } from "../../src/http/answering/page-links.ts";

test.each([
  // total, limit, offset, and the offset of each link
  [0, 10, 0, { first: 0, last: 0 }],
  [9, 10, 0, { first: 0, last: 0 }],
  [10, 10, 0, { first: 0, last: 0 }],
  [11, 10, 0, { first: 0, next: 10, last: 10 }],
  [20, 10, 0, { first: 0, next: 10, last: 10 }],
  [20, 10, 10, { first: 0, prev: 0, last: 10 }],
  [21, 10, 10, { first: 0, prev: 0, next: 20, last: 20 }],
  [30, 10, 20, { first: 0, prev: 10, last: 20 }],
  [3, 1, 1, { first: 0, prev: 0, next: 2, last: 2 }],
  [20, 10, 500, { first: 0, prev: 10, last: 10 }],
] as const)("of %i images by %i, the page at %i links to %j", (total, limit, offset, offsets) => {
  const links = pageLinks(
    { originalUrl: "/images?limit=1" } as Request,
    { search_term: "a b" },
    { total, limit, offset },
  );

  const found = [...links.matchAll(/<\/images\?search_term=a\+b&limit=(\d+)&offset=(\d+)>; rel="(\w+)"/g)];
  expect(Object.fromEntries(found.map(([, , at, relation]) => [relation, Number(at)]))).toEqual(offsets);
  expect(found.every(([, by]) => Number(by) === limit)).toBe(true);
});
