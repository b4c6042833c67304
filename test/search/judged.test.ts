import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { JUDGED_QUERIES, type JudgedQuery } from "./judged-queries.ts";

/** What the order reached when it was last worked on: it may get better, never worse. */
const HELD = { mrr: 0.98, ndcg: 0.95 };

const entry = z.object({
  id: z.string(),
  name: z.string(),
  publisher: z.string().nullable(),
  family: z.string(),
  trust: z.string(),
  latest: z.boolean(),
  extra: z.object({ architecture: z.string().optional() }),
});
type Entry = z.infer<typeof entry>;

describe("the order of answers, over a generated region", () => {
  let catalogue: Catalogue;
  let search: ImageSearch;
  let backend: Backend;

  beforeAll(async () => {
    catalogue = openTemporaryCatalogue();
    backend = await seedBackend(catalogue, "test");
    const region = [...regionImages(), ...lookAlikes()];
    commitImages(catalogue, backend, region);
    backend = getBackend(catalogue, "test");
    search = createImageSearch(catalogue, () => NOW);
    return () => catalogue[Symbol.dispose]();
  });

  const find = async (term: string): Promise<Entry[]> => {
    const options = { limit: 10_000, offset: 0, extended: true };
    const { body } = await search.page([backend], { term, match: "words" }, options);
    return z.array(entry).parse(JSON.parse(body.toString()));
  };

  test("holds its mean reciprocal rank and its nDCG@10", async () => {
    const scores = await Promise.all(
      JUDGED_QUERIES.map(async (query) => {
        const found = await find(query.term);
        const grades = found.map((one) => gradeOf(one, query));
        return { term: query.term, reciprocal: reciprocalRank(grades), ndcg: ndcg(grades), first: found[0]?.name };
      }),
    );
    const mean = (of: (score: (typeof scores)[number]) => number): number =>
      scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
    const measured = { mrr: mean(({ reciprocal }) => reciprocal), ndcg: mean(({ ndcg: value }) => value) };
    const poor = scores.filter(({ reciprocal, ndcg: value }) => reciprocal < 1 || value < 0.8);
    console.log(`judged: MRR ${measured.mrr.toFixed(3)}, nDCG@10 ${measured.ndcg.toFixed(3)}; below par:`, poor);
    expect(measured.mrr).toBeGreaterThanOrEqual(HELD.mrr);
    expect(measured.ndcg).toBeGreaterThanOrEqual(HELD.ndcg);
  });

  test("puts an exact id and an exact name first", async () => {
    const some = [...regionImages()].filter((_, at) => at % 2_500 === 0);
    for (const { id, name } of some) {
      expect((await find(id))[0]?.id).toBe(id);
      expect((await find(`  ${(name ?? id).toUpperCase()} `))[0]?.name).toBe(name ?? id);
    }
  });

  test.each(["ubuntu jammy 22.04 amd64 server", "windows server 2022 english full base", "debian 12 amd64"])(
    "puts newer look-alikes of unknown owners below the publisher they imitate: %s",
    async (term) => {
      const found = await find(term);
      const fake = found.findIndex(({ id }) => id.startsWith("ami-fake"));
      const imitated = found.findLastIndex(
        ({ family, publisher }) => family === found[0]?.family && publisher === found[0]?.publisher,
      );
      expect(found[0]?.trust).toBe("official");
      expect(fake).toBeGreaterThan(imitated);
    },
  );
});

function* regionImages(): Generator<MachineImage> {
  for (const made of generateImages({ count: 12_000, seed: 1, region: "us-east-1" }))
    yield* readImages([made as Ec2Image], "public").images;
}

/** The names of well-known images, newer, from an account that nobody knows. */
function lookAlikes(): MachineImage[] {
  const names = [
    "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20261031",
    "ubuntu jammy 22.04 amd64 server",
    "Windows_Server-2022-English-Full-Base-2026.10.31",
    "debian-12-amd64-20261031-9999",
  ];
  return names.map((name, at) =>
    image(`ami-fake${at}`, { name, ownerId: "666666666666", createdAt: "2026-10-31T00:00:00.000Z" }),
  );
}

/** 3: the newest build of a right family; 1: an older one, or the newest of another of the publisher's families. */
function gradeOf({ name, publisher, latest, extra }: Entry, query: JudgedQuery): number {
  if (publisher !== query.publisher) return 0;
  const isRight =
    query.name.test(name) && (query.architecture === undefined || extra.architecture === query.architecture);
  if (isRight && latest) return 3;
  return isRight || latest ? 1 : 0;
}

function reciprocalRank(grades: readonly number[]): number {
  const at = grades.indexOf(3);
  return at < 0 ? 0 : 1 / (at + 1);
}

function ndcg(grades: readonly number[]): number {
  const gain = (list: readonly number[]): number =>
    list.slice(0, 10).reduce((sum, grade, at) => sum + (2 ** grade - 1) / Math.log2(at + 2), 0);
  const ideal = gain(grades.toSorted((a, b) => b - a));
  return ideal === 0 ? 0 : gain(grades) / ideal;
}
