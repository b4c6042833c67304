import { expect, test } from "vitest";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import { getBackend } from "../../src/record/backends.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { SORT_ORDERS, type SortOrder } from "../../src/search/term/image-query.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const COUNT = 2_300;

test("the pages of a sorted answer are the whole one's, and others have their turn while it is sorted", async () => {
  using catalogue = openTemporaryCatalogue();
  commitImages(catalogue, await seedBackend(catalogue, "test"), images("web"));
  const search = createImageSearch(catalogue, () => NOW);
  await search.caughtUp();
  for (const sort of SORT_ORDERS) {
    let [turns, isAnswered] = [0, false];
    const takeTurn = (): unknown => (turns++, isAnswered || setImmediate(takeTurn));
    setImmediate(takeTurn);
    const first = await page(search, catalogue, sort, 0);
    isAnswered = true;
    expect(turns, sort).toBeGreaterThan(5);
    const rest = await Promise.all([1_000, 2_000].map((offset) => page(search, catalogue, sort, offset)));
    const pages = [first, ...rest].flatMap(({ ids }) => ids);
    expect(pages).toEqual(await whole(search, catalogue, sort));
    expect([new Set(pages).size, first.total]).toEqual([COUNT, COUNT]);
  }
});

test("a commit while an answer is sorted is in the answer", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, images("web"));
  const search = createImageSearch(catalogue, () => NOW);
  await search.caughtUp();
  const answer = page(search, catalogue, "name", 0);
  await new Promise(setImmediate);
  commitImages(catalogue, backend, [...images("api"), image("ami-first", { name: "aaa" })]);
  const { ids, total } = await answer;
  expect([ids[0], total]).toEqual(["ami-first", COUNT + 1]);
});

/** Names and times in another order than ids, some of them shared. */
function images(prefix: string): MachineImage[] {
  return Array.from({ length: COUNT }, (_, n) =>
    image(`ami-${n}`, {
      name: `${prefix} ${(n * 7919) % 1_000}.${n % 3}`,
      createdAt: n % 5 === 0 ? null : new Date(1.7e12 + ((n * 104_729) % 997) * 1e6).toISOString(),
    }),
  );
}

async function page(
  search: ImageSearch,
  catalogue: Catalogue,
  sort: SortOrder,
  offset: number,
): Promise<{ ids: string[]; total: number }> {
  const backends = [getBackend(catalogue, "test")];
  const { body, total } = await search.page(backends, { term: "", match: "words", sort }, { limit: 1_000, offset });
  return { ids: idsIn(body.toString()), total };
}

async function whole(search: ImageSearch, catalogue: Catalogue, sort: SortOrder): Promise<string[]> {
  const backends = [getBackend(catalogue, "test")];
  const pieces = await search.stream(backends, { term: "", match: "words", sort });
  return idsIn(Buffer.concat([...pieces].filter((piece) => piece !== undefined)).toString());
}

function idsIn(json: string): string[] {
  const entries: readonly { readonly id: string }[] = JSON.parse(json);
  return entries.map(({ id }) => id);
}
