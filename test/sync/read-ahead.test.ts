import { expect, test } from "vitest";
import { setImmediate as turn } from "node:timers/promises";
import type { ImagePage, UnreadPage } from "../../src/providers/provider.ts";
import type { DerivedBody } from "../../src/sync/derive-body.ts";
import { type PageToStage, readAhead, type ReadBody } from "../../src/sync/read-ahead.ts";
import { image } from "../catalogue/seed.ts";

const NOTHING: DerivedBody = { derived: { images: [], cuts: { oversized: 0, shortened: 0 } }, rejected: [] };

test("pages come in the order of the listing, whoever reads them, and how fast", async () => {
  const there: number[] = [];
  const read: ReadBody = async ([number = 0]) => {
    there.push(number);
    for (let turns = 0; turns < number % 3; turns++) await turn();
    return NOTHING;
  };

  const pages = await allOf(readAhead(listing(40), read, new AbortController().signal));

  expect(pages.map(({ calls }) => calls)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  expect(pages.flatMap(({ calls, derived }) => (derived ? [calls] : []))).toEqual(there);
  expect(there.length).toBeGreaterThan(10);
});

test("a short listing is read here", async () => {
  const pages = await allOf(
    readAhead(listing(4), () => Promise.reject(new Error("asked")), new AbortController().signal),
  );

  expect(pages.map(({ images }) => images.length)).toEqual([1, 1, 1, 1]);
});

test("while the other thread has two pages to read, further ones are read here; only some wait", async () => {
  const asked: ((page: DerivedBody) => void)[] = [];
  const read: ReadBody = () => new Promise((resolve) => asked.push(resolve));
  const sent = { pages: 0 };
  const pages = readAhead(listing(40, sent), read, new AbortController().signal);
  for (let page = 0; page < 4; page++) expect((await pages.next()).value).toMatchObject({ calls: page });

  const next = pages.next();
  for (let turns = 0; turns < 20; turns++) await turn();

  expect({ asked: asked.length, sent: sent.pages }).toEqual({ asked: 2, sent: 9 });
  for (const answer of asked) answer(NOTHING);
  expect((await next).value).toEqual({ calls: 4, images: [], ...NOTHING });
  expect((await pages.next()).value).toEqual({ calls: 5, images: [], ...NOTHING });
  expect((await pages.next()).value).toMatchObject({ calls: 6, images: [{ id: "ami-6" }] });
  await pages.return(undefined);
  expect(sent).toMatchObject({ ended: true });
});

test("what cannot be read there is read here, and fails as it does here", async () => {
  const read: ReadBody = () => Promise.resolve(undefined);
  const pages = readAhead(listing(8, { pages: 0 }, 6), read, new AbortController().signal);
  const come: number[] = [];

  const failure = await (async () => {
    for await (const { calls } of pages) come.push(calls);
  })().catch((error: unknown) => error);

  expect(failure).toEqual(new Error("page 6 cannot be read"));
  expect(come).toEqual([0, 1, 2, 3, 4, 5]);
});

test("when the listing fails, the pages before come first", async () => {
  async function* broken(): AsyncGenerator<ImagePage | UnreadPage> {
    yield* listing(7);
    throw new Error("lost");
  }
  const come: number[] = [];

  const failure = await (async () => {
    for await (const { calls } of readAhead(broken(), () => Promise.resolve(NOTHING), new AbortController().signal))
      come.push(calls);
  })().catch((error: unknown) => error);

  expect(failure).toEqual(new Error("lost"));
  expect(come).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a listing that is given up waits for no page, and is ended", async () => {
  const stop = new AbortController();
  const sent = { pages: 0 };
  const pages = readAhead(listing(20, sent), () => new Promise(() => {}), stop.signal);
  for (let page = 0; page < 4; page++) await pages.next();
  const next = pages.next();
  for (let turns = 0; turns < 20; turns++) await turn();

  stop.abort(new Error("given up"));

  await expect(next).rejects.toThrow("given up");
  expect(sent).toMatchObject({ ended: true });
});

/** Pages that are numbered by their calls and their only byte. `broken`: that one cannot be read. */
async function* listing(
  count: number,
  sent: { pages: number; ended?: boolean } = { pages: 0 },
  broken?: number,
): AsyncGenerator<ImagePage | UnreadPage> {
  try {
    for (let calls = 0; calls < count; calls++) {
      sent.pages++;
      await turn();
      const read = (): ImagePage => {
        if (calls === broken) throw new Error(`page ${calls} cannot be read`);
        return { calls, images: [image(`ami-${calls}`)], rejected: [] };
      };
      yield { body: Uint8Array.of(calls), calls, read };
    }
  } finally {
    sent.ended = true;
  }
}

async function allOf(pages: AsyncIterable<PageToStage>): Promise<PageToStage[]> {
  const all: PageToStage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
