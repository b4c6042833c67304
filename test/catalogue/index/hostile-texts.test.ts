import { expect, inject, test } from "vitest";
import type { MachineImage } from "../../../src/image.ts";
import { createImageSearch } from "../../../src/search/answer/search-images.ts";
import { oracleMatches } from "../../search/oracle.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../seed.ts";

/** In `npm run soak` many more. */
const COUNT = 2_000 * (inject("histories")?.factor ?? 1);

/** Separators of which there are no two alike. */
function separator(n: number): string {
  return Array.from(n.toString(4), (digit) => "-_./"[Number(digit)]).join("");
}

const KINDS: [string, string[], (n: number) => Partial<MachineImage>][] = [
  [
    "the same few words again and again",
    ["a-b-a-b", "b-a-b-c", "a-b-a-b-a-b-7", "b-a", "-a-b-"],
    (n) => ({ name: `a-b-a-b-a-b-${n}`, description: n % 2 ? "a-b-c a-b" : "b-a-b-c" }),
  ],
  [
    "thousands of separators",
    ["a-_b", "._", "_b", "a.", "/"],
    (n) => ({ name: `a${separator(n)}b${separator(n + 7)}c` }),
  ],
  [
    "scripts without spaces",
    ["ーバ", "サーバー", "本", "語𠮷", "𠮷", "日本語1", "1サ"],
    (n) => ({ name: `日本語${n}サーバー`, description: `日本語𠮷${n % 13}サー` }),
  ],
];

test.each(KINDS)("%s are found as a look at each image finds them", async (_, terms, fields) => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const images = Array.from({ length: COUNT }, (__, n) => image(`ami-${n}`, fields(n)));
  commitImages(catalogue, backend, images);
  const search = createImageSearch(catalogue, () => NOW);

  for (const term of terms) {
    const { total } = await search.page([backend], { term, match: "words" }, { limit: 1, offset: 0 });
    expect(total, term).toBe(images.filter((one) => oracleMatches(one, term)).length);
  }
});

test("texts of thousands of distinct words are found by each of them", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const words = (seed: number): string =>
    Array.from({ length: 5_000 }, (_, n) => (n * 7 + seed).toString(36)).join(" ");
  const images = Array.from({ length: 20 }, (_, n) => image(`ami-${n}`, { description: words(n) }));
  commitImages(catalogue, backend, images);
  const search = createImageSearch(catalogue, () => NOW);

  for (const term of ["qyz", "1a 2b", "zz", '"1e 1l 1s"', '"1e 1l 1t"', "0"]) {
    const { total } = await search.page([backend], { term, match: "words" }, { limit: 1, offset: 0 });
    expect(total, term).toBe(images.filter((one) => oracleMatches(one, term)).length);
  }
});
