import { expect, test } from "vitest";
import { createLocalRecord } from "../../src/record/record.ts";
import { hasPrunable, pruneSources } from "../../src/catalogue/listing/prune-sources.ts";
import { insertRun, runsWithIds, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "./seed.ts";

test("a source that nobody shows stays until the run that waits for it has begun elsewhere or ended", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "one");
  commitImages(catalogue, backend, [image("ami-1")]);
  const waiting = insertRun(catalogue, sourcesOf(catalogue, "one")[0]?.id ?? 0, NOW);
  await createLocalRecord(catalogue).deleteBackend("one");

  expect([hasPrunable(catalogue, NOW), await pruneSources(catalogue)]).toEqual([false, 0]);
  expect(runsWithIds(catalogue, [waiting])).toMatchObject([{ state: "queued" }]);
  updateRun(catalogue, waiting, { state: "failed", code: "configuration", finishedAt: NOW });

  expect([hasPrunable(catalogue, NOW), await pruneSources(catalogue)]).toEqual([true, 1]);
  expect(catalogue.sqlite.prepare("SELECT count(*) FROM images").pluck().get()).toBe(0);
});
