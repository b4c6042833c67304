import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Backend, getBackend } from "../../src/catalogue/backends.ts";
import { matchExpression } from "../../src/catalogue/find-positions.ts";
import type { Catalogue } from "../../src/catalogue/open-catalogue.ts";
import { sourcesOf } from "../../src/catalogue/sources.ts";
import { type Counter, type CountQuestion, createCounter } from "../../src/search/counter.ts";
import { createImageSearch } from "../../src/search/search-images.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const IMAGES = Array.from({ length: 300 }, (_, n) =>
  image(`ami-${n}`, { name: `web server ${n % 3 === 0 ? "a" : "b"}` }),
);

test("the thread counts what each source holds of a question", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, IMAGES);
  await using counter = createCounter(catalogue.file, 0);

  expect(await askReady(counter, question(catalogue, backend, "server"))).toEqual([300]);
  expect(await counter.count(question(catalogue, backend, "nothing"))).toEqual([0]);
  const several = ["server", "web", "a", "r", "b", "ver"].map((text) =>
    counter.count(question(catalogue, backend, text)),
  );
  expect(await Promise.all(several)).toEqual([[300], [300], [300], [300], [300], [300]]);
});

test("the thread does not count in another catalogue than the one that it is asked about", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, IMAGES);
  await using counter = createCounter(catalogue.file, 0);
  const before = question(catalogue, backend, "server");
  await askReady(counter, before);

  commitImages(catalogue, backend, IMAGES.slice(0, 290));

  expect(await counter.count(before)).toBeUndefined();
  expect(await counter.count(question(catalogue, backend, "server"))).toEqual([290]);
});

test("the thread leaves small catalogues, and what is too much for it, to whoever asks", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, IMAGES);
  await using patient = createCounter(catalogue.file, IMAGES.length + 1);
  await using counter = createCounter(catalogue.file, 0);
  const asked = question(catalogue, backend, "server");

  expect(await patient.count(asked)).toBeUndefined();
  await askReady(counter, asked);
  const answers = await Promise.all(Array.from({ length: 100 }, () => counter.count(asked)));
  expect(answers.filter((counts) => counts !== undefined).length).toBe(64);
});

test("a search whose totals are counted by the thread is right while the catalogue changes under it", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, IMAGES);
  await using search = createImageSearch(catalogue, () => NOW, { sortedFinds: 5, minBroad: 0, minCounted: 0 });
  await search.caughtUp();
  for (let n = 0; n < 60; n++) {
    const size = 300 - n;
    const asked = ["server", "web", "a", "eb"].map(async (term) => {
      search.forget();
      const page = await search.page(
        [getBackend(catalogue, "test")],
        { term, match: "words" },
        { limit: 1000, offset: 0 },
      );
      const ids: unknown[] = JSON.parse(page.body.toString());
      expect(page.total, term).toBe(ids.length);
      return page.total;
    });
    commitImages(catalogue, backend, IMAGES.slice(0, size - 1));
    for (const total of await Promise.all(asked)) expect([size, size - 1]).toContain(total);
  }
});

function question(catalogue: Catalogue, backend: Backend, text: string): CountQuestion {
  const words = [{ text, parts: [text] }];
  const expression = matchExpression({ words, filters: {}, minPrefix: 3 });
  return { sources: sourcesOf(catalogue, backend.id), expression, filters: {} };
}

/** A thread that is only starting answers nothing. */
async function askReady(counter: Counter, asked: CountQuestion): Promise<readonly number[]> {
  for (let tries = 0; tries < 500; tries++) {
    const counts = await counter.count(asked);
    if (counts) return counts;
    await delay(10);
  }
  throw new Error("the thread did not start within 5 s");
}
