import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Backend, getBackend } from "../../src/record/backends.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { type Catalogue, openCatalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { mergeSegments } from "../../src/catalogue/index/merge-segments.ts";
import { generateImages } from "../../src/demo/generate/generate-catalogue.ts";
import type { MachineImage } from "../../src/image.ts";
import type { Ec2Image } from "../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../src/providers/ec2/image.ts";
import { createImageSearch, type ImageSearch } from "../../src/search/answer/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";
import { splitIndex } from "../catalogue/index/split-index.ts";

const TERMS = ["ubuntu jammy", "windows", "amazon", "debian 12 amd64", "linux x86_64"];

test("the first answers after a start are in the order of all later ones", async () => {
  using catalogue = openTemporaryCatalogue();
  commitImages(catalogue, await seedBackend(catalogue, "test"), regionImages(3_000));
  const settled = createImageSearch(catalogue, () => NOW);
  await settled.caughtUp();
  const later = await answersOf(settled, catalogue);

  for (const term of TERMS) {
    const search = createImageSearch(catalogue, () => NOW);
    expect(await pageOf(search, getBackend(catalogue, "test"), term), term).toEqual(later.get(term));
    const whole = createImageSearch(catalogue, () => NOW);
    expect((await listOf(whole, getBackend(catalogue, "test"), term)).slice(0, 50), term).toEqual(later.get(term));
  }
  const backends = [getBackend(catalogue, "test")];
  expect(await createImageSearch(catalogue, () => NOW).suggest(backends, "ubu", 5)).toEqual(
    await settled.suggest(backends, "ubu", 5),
  );
  expect(await createImageSearch(catalogue, () => NOW).correct(backends, { term: "widnows", match: "words" })).toBe(
    "windows",
  );
});

test("an answer waits for families only where nothing but their scores tells its order", async () => {
  using catalogue = openTemporaryCatalogue();
  const newest = (id: string, name: string, createdAt: string): MachineImage =>
    image(id, { name, createdAt, owned: true });
  const [first, second] = ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"];
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [
    // A short name has a higher score: the last id comes first of those that are as old.
    newest("ami-1", "web server of the other department", first),
    newest("ami-2", "web server of a department", first),
    newest("ami-3", "web server", first),
    newest("ami-4", "web worker", second),
  ]);
  const search = createImageSearch(catalogue, () => NOW);

  expect(await pageOf(search, getBackend(catalogue, "test"), "worker")).toEqual(["ami-4"]);
  expect(await listOf(search, getBackend(catalogue, "test"), "")).toHaveLength(4);
  expect(search.familyCount).toBe(0);

  expect(await pageOf(search, getBackend(catalogue, "test"), "web server")).toEqual(["ami-3", "ami-2", "ami-1"]);
  expect(search.familyCount).toBe(4);
});

test("others have their turn while pages of the index are read, and the answer is the same", async () => {
  using catalogue = openTemporaryCatalogue();
  commitImages(catalogue, await seedBackend(catalogue, "test"), regionImages(3_000));
  const settled = createImageSearch(catalogue, () => NOW);
  const later = await answersOf(settled, catalogue);
  for (const term of TERMS) {
    const search = createImageSearch(catalogue, () => NOW, {
      memory: { pages: 2 ** 26, words: 2 ** 20, readingTurn: 0 },
    });
    await search.caughtUp();
    let [turns, isAnswered] = [0, false];
    const takeTurn = (): unknown => (turns++, isAnswered || setImmediate(takeTurn));
    setImmediate(takeTurn);
    const answer = await pageOf(search, getBackend(catalogue, "test"), term);
    isAnswered = true;
    expect(answer, term).toEqual(later.get(term));
    expect(turns, term).toBeGreaterThan(3);
  }
});

test.each([2, 12, 25])(
  "a commit while sources are looked up one after the other, after %i turns, is in the answer",
  async (at) => {
    using catalogue = openTemporaryCatalogue();
    const names = ["one", "two", "three"];
    for (const name of names) commitImages(catalogue, await seedBackend(catalogue, name), regionImages(200, name));
    const backends = names.map((name) => getBackend(catalogue, name));
    const ask = (search: ImageSearch): Promise<{ total: number; body: Buffer }> =>
      search.page(backends, { term: "ubuntu", match: "words" }, { limit: 50, offset: 0 });
    const search = createImageSearch(catalogue, () => NOW, {
      memory: { pages: 2 ** 26, words: 2 ** 20, readingTurn: 0 },
    });
    await search.caughtUp();
    let turns = 0;
    const takeTurn = (): unknown =>
      ++turns < at ? setImmediate(takeTurn) : commitImages(catalogue, getBackend(catalogue, "one"), [LATE]);
    setImmediate(takeTurn);

    const { total, body } = await ask(search);

    const settled = await ask(createImageSearch(catalogue, () => NOW));
    expect(turns).toBe(at);
    expect(idsIn(body)).toContain(LATE.id);
    expect([total, idsIn(body)]).toEqual([settled.total, idsIn(settled.body)]);
  },
);

test.each([30, 60, 90])(
  "segments that are merged while sources are looked up one after the other, after %i turns, change no answer",
  async (at) => {
    using catalogue = openTemporaryCatalogue();
    const names = ["one", "two", "three"];
    for (const name of names) {
      const backend = await seedBackend(catalogue, name);
      commitImages(catalogue, backend, regionImages(600, name));
      for (const { id } of sourcesOf(catalogue, name)) splitIndex(catalogue, id, 6);
    }
    const backends = names.map((name) => getBackend(catalogue, name));
    const ask = (search: ImageSearch): Promise<{ total: number; body: Buffer }> =>
      search.page(backends, { term: "ubuntu", match: "words" }, { limit: 500, offset: 0 });
    const before = await ask(createImageSearch(catalogue, () => NOW));
    const search = createImageSearch(catalogue, () => NOW, {
      // Pages of segments that are gone are not in memory any more.
      memory: { pages: 2 ** 19, words: 2 ** 20, readingTurn: 0 },
    });
    await search.caughtUp();
    using other = openCatalogue(catalogue.file);
    let turns = 0;
    let merged = 0;
    const takeTurn = async (): Promise<void> => {
      while (++turns < at) await nextTurn();
      merged = await mergeSegments(other, new AbortController().signal);
    };
    const merging = takeTurn();

    const { total, body } = await ask(search);
    await merging;

    expect(merged).toBeGreaterThan(0);
    expect([total, idsIn(body)]).toEqual([before.total, idsIn(before.body)]);
  },
);

const LATE = image("ami-late", { name: "ubuntu-late", owned: true });

test("others have their turn while the texts of a word with stars are read, and the answer is the same", async () => {
  using catalogue = openTemporaryCatalogue();
  commitImages(catalogue, await seedBackend(catalogue, "test"), regionImages(1_000));
  const backend = getBackend(catalogue, "test");
  const settled = createImageSearch(catalogue, () => NOW);
  for (const memory of [
    { pages: 2 ** 26, words: 2 ** 20, readingTurn: 0 },
    // Nothing of what was looked at is remembered.
    { pages: 2 ** 26, words: 100, readingTurn: 0 },
  ]) {
    const search = createImageSearch(catalogue, () => NOW, { memory });
    await pageOf(search, backend, "e a n");
    let [turns, isAnswered] = [0, false];
    const takeTurn = (): unknown => (turns++, isAnswered || setImmediate(takeTurn));
    setImmediate(takeTurn);
    const answer = await pageOf(search, backend, "e*a*n");
    isAnswered = true;
    expect(answer).toEqual(await pageOf(settled, backend, "e*a*n"));
    expect(turns > 100).toBe(memory.words > 100);
  }
});

test("the first answers after a commit are in the order of all later ones", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  const images = regionImages(3_000);
  const search = createImageSearch(catalogue, () => NOW);
  for (const count of [1_000, 1_100, 3_000]) {
    commitImages(catalogue, backend, images.slice(0, count));
    const first = await Promise.all(TERMS.map((term) => pageOf(search, getBackend(catalogue, "test"), term)));
    await search.caughtUp();
    search.forget();
    const later = await answersOf(search, catalogue);
    expect(first).toEqual([...later.values()]);
  }
});

test("a commit to another source changes no order, no state and no suggestion, and nobody waits for it", async () => {
  using catalogue = openTemporaryCatalogue();
  commitImages(catalogue, await seedBackend(catalogue, "test"), regionImages(1_000));
  const other = await seedBackend(catalogue, "other");
  const backends = [getBackend(catalogue, "test")];
  const search = createImageSearch(catalogue, () => NOW);
  const before = await answersOf(search, catalogue);
  const state = search.stateKey(backends);
  const suggested = await search.suggest(backends, "u", 5);

  commitImages(catalogue, other, regionImages(6_000, "eu-central-1"));
  search.forget();
  const meanwhile = await answersOf(search, catalogue);
  const known = search.familyCount;
  await search.caughtUp();
  search.forget();

  expect(search.familyCount).toBeGreaterThan(known);
  expect(meanwhile).toEqual(before);
  expect(await answersOf(search, catalogue)).toEqual(before);
  expect(search.stateKey(backends)).toBe(state);
  expect(await search.suggest(backends, "u", 5)).toEqual(suggested);
});

test("the words of a family go with its last image, and with the last backend that shows it", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test", [{ key: "ec2 own test", scope: "own" }]);
  const secret = image("ami-1", { name: "secretword", owned: true });
  const search = createImageSearch(catalogue, () => NOW);
  const suggest = (term: string): Promise<string[]> => search.suggest([getBackend(catalogue, "test")], term, 5);
  const rest = image("ami-2", { name: "plainword", owned: true });
  commitImages(catalogue, backend, [secret, rest]);
  expect(await suggest("secretw")).toEqual(["secretword"]);
  const words = search.wordCount;

  commitImages(catalogue, backend, [rest]);

  expect(await suggest("secretw")).toEqual([]);
  expect(await suggest("secretwrod")).toEqual([]);
  expect(search.wordCount).toBe(words - 1);
  catalogue.sqlite.exec("DELETE FROM backend_sources");
  await search.caughtUp();
  expect([search.familyCount, search.wordCount]).toEqual([0, 0]);
});

async function answersOf(search: ImageSearch, catalogue: Catalogue): Promise<Map<string, string[]>> {
  const backend = getBackend(catalogue, "test");
  const answers = new Map<string, string[]>();
  for (const term of TERMS) answers.set(term, await pageOf(search, backend, term));
  return answers;
}

async function pageOf(search: ImageSearch, backend: Backend, term: string): Promise<string[]> {
  const { body } = await search.page([backend], { term, match: "words" }, { limit: 50, offset: 0 });
  return idsIn(body);
}

async function listOf(search: ImageSearch, backend: Backend, term: string): Promise<string[]> {
  const pieces = [...(await search.stream([backend], { term, match: "words" }))];
  return idsIn(Buffer.concat(pieces.flatMap((piece) => piece ?? [])));
}

function idsIn(body: Buffer): string[] {
  return JSON.parse(body.toString()).map(({ id }: { id: string }) => id);
}

function regionImages(count: number, region = "us-east-1"): MachineImage[] {
  return [...generateImages({ count, seed: 1, region })].flatMap(
    (made) => readImages([made as Ec2Image], "public").images,
  );
}
