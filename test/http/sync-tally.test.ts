import { expect, test } from "vitest";
import type { Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { forgetOldRuns, insertRun, type RunState, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createSyncTally } from "../../src/http/metrics/sync-tally.ts";
import { NOW, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

test("counts each run once, when it ends: also one that began before the process, and those that end in another order", async () => {
  using catalogue = openTemporaryCatalogue();
  const sourceId = await seedSource(catalogue);
  end(catalogue, insertRun(catalogue, sourceId, NOW), "complete");
  const early = insertRun(catalogue, sourceId, NOW);
  const tally = createSyncTally(catalogue);
  const calls = (): number | undefined => tally().get(sourceId)?.upstreamCalls;

  expect(calls()).toBeUndefined();
  const [first, second] = [insertRun(catalogue, sourceId, NOW), insertRun(catalogue, sourceId, NOW, "probe")];
  end(catalogue, second, "failed");
  expect([calls(), calls()]).toEqual([1, 1]);
  end(catalogue, early, "refused");
  end(catalogue, first, "complete");
  expect([calls(), calls()]).toEqual([3, 3]);

  expect(Object.fromEntries(tally().get(sourceId)?.ended ?? [])).toEqual({
    "full complete": 1,
    "full refused": 1,
    "probe failed": 1,
  });
});

test("never shrinks when runs are forgotten, and goes on", async () => {
  using catalogue = openTemporaryCatalogue();
  const sourceId = await seedSource(catalogue);
  const tally = createSyncTally(catalogue);
  const runOnce = (): void => end(catalogue, insertRun(catalogue, sourceId, NOW), "complete");

  for (let n = 0; n < 5; n++) runOnce();
  tally();
  forgetOldRuns(catalogue, sourceId, "full", 1);
  runOnce();

  expect(tally().get(sourceId)?.ended.get("full complete")).toBe(6);
});

test("goes by the code of a run, not by its words", async () => {
  using catalogue = openTemporaryCatalogue();
  const sourceId = await seedSource(catalogue);
  const tally = createSyncTally(catalogue);
  const fail = (code: "throttled" | null): void =>
    updateRun(catalogue, insertRun(catalogue, sourceId, NOW), { state: "failed", code, error: "too many requests" });

  fail("throttled");
  fail(null);

  expect(tally().get(sourceId)?.throttled).toBe(1);
});

async function seedSource(catalogue: Catalogue): Promise<number> {
  const [source] = sourcesOf(catalogue, (await seedBackend(catalogue, "one")).id);
  return source?.id ?? 0;
}

function end(catalogue: Catalogue, id: number, state: RunState): void {
  updateRun(catalogue, id, { state, finishedAt: NOW, upstreamCalls: 1 });
}
