import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { CHANGE_KINDS } from "../../src/catalogue/read/read-changes.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { type ChangesPage, findChanges } from "../../src/search/find/find-changes.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const IMAGES = Array.from({ length: 450 }, (_, n) => image(`ami-${n}`, { name: `web ${n}` }));

test("others have their turn while the journal is read", async () => {
  using catalogue = await journal();
  let [turns, isRead] = [0, false];
  const takeTurn = (): unknown => (turns++, isRead || setImmediate(takeTurn));
  setImmediate(takeTurn);
  const { changes, next } = await read(catalogue, "nothing", () => ids(catalogue));
  isRead = true;
  expect([changes, next]).toEqual([[], undefined]);
  expect(turns).toBeGreaterThan(3);
});

test("nothing of a source is told that the backend showed only when the reading began", async () => {
  using catalogue = await journal();
  let shown = ids(catalogue);
  const reading = read(catalogue, "web", () => shown);
  await nextTurn();
  shown = [];
  expect(await reading).toEqual({ changes: [], next: undefined });
});

/** A backend whose second listing brought images. */
async function journal(): Promise<Catalogue> {
  const catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "test");
  commitImages(catalogue, backend, [image("ami-first")]);
  commitImages(catalogue, backend, IMAGES);
  return catalogue;
}

function ids(catalogue: Catalogue): readonly number[] {
  return sourcesOf(catalogue, "test").map(({ id }) => id);
}

function read(catalogue: Catalogue, term: string, sourceIds: () => readonly number[]): Promise<ChangesPage> {
  return findChanges(
    catalogue,
    { term, match: "words" },
    {
      sourceIds,
      after: 0,
      since: "",
      before: Number.MAX_SAFE_INTEGER,
      kinds: new Set(CHANGE_KINDS),
      limit: 1000,
      now: NOW,
    },
  );
}
