import { afterEach, expect, test, vi } from "vitest";
import { noteAsked } from "../../src/record/asked-terms.ts";
import { insertRun, updateRun } from "../../src/record/runs.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createBoundedCounts } from "../../src/access/bounded-counts.ts";
import { createLog } from "../../src/log.ts";
import { createElapsed } from "../../src/sync/elapsed.ts";
import { everyMinute } from "../../src/sync/every-minute.ts";
import { createTermFinder } from "../../src/sync/term-finder.ts";
import { createTimetable } from "../../src/sync/timetable.ts";
import { commitImages, image, openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-01T12:00:00.000Z");
const iso = (at: number): string => new Date(at).toISOString();

afterEach(() => void vi.useRealTimers());

test("time goes on from when a moment that lies ahead was noticed", () => {
  let monotonic = 0;
  const elapsed = createElapsed(() => monotonic);

  expect(elapsed(START, START + 5)).toBe(5);
  expect(elapsed(START, START - DAY)).toBe(0);
  monotonic = 7;
  expect(elapsed(START, START - DAY + 7)).toBe(7);
  expect(elapsed(START, START + 9)).toBe(9);
});

test("a listing is neither due at once nor a day later, and its next one counts from itself", async () => {
  using catalogue = openTemporaryCatalogue();
  const { id } = await seedBackend(catalogue, "b");
  catalogue.sqlite.prepare("UPDATE backends SET poll_interval = 3600").run();
  const backend = { ...(await seedBackend(catalogue, "unused")), id, pollInterval: 3600 };
  const sourceId = sourcesOf(catalogue, id)[0]?.id ?? 0;
  let monotonic = 0;
  await using timetable = createTimetable(
    catalogue,
    "0 0 1 1 *",
    createElapsed(() => monotonic),
  );
  const ran = (at: number, state: "complete" | "failed"): void => {
    const runId = insertRun(catalogue, sourceId, iso(at));
    updateRun(catalogue, runId, { state, finishedAt: iso(at) });
  };
  const back = START - DAY;
  const dueAfter = (ms: number): boolean[] => {
    monotonic = ms;
    const at = new Date(back + ms);
    return [timetable.isDue(backend, at), timetable.dueAgain(backend, at).length > 0];
  };

  ran(START, "failed");
  expect([dueAfter(0), dueAfter(MINUTE - 1), dueAfter(MINUTE), dueAfter(HOUR)]).toEqual([
    [false, false],
    [false, false],
    [false, true],
    [true, true],
  ]);
  expect(timetable.nextTry(backend, new Date(back + HOUR))).toEqual(new Date(back + HOUR));

  ran(back + HOUR, "complete");
  expect([dueAfter(HOUR + MINUTE), dueAfter(2 * HOUR - 1), dueAfter(2 * HOUR)]).toEqual([
    [false, false],
    [false, false],
    [true, false],
  ]);
});

test("the schedule is looked at every minute all the same", async () => {
  vi.useFakeTimers({ now: START });
  const looked: number[] = [];
  await using _ticking = everyMinute(async (at) => void looked.push(at.getTime()));

  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  const before = looked.length;
  vi.setSystemTime(START - DAY);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);

  expect(before).toBe(2);
  expect(looked.length - before).toBeGreaterThanOrEqual(4);
  expect(looked.at(-1)).toBeLessThan(START - DAY + 6 * MINUTE);
});

test("a token's requests are counted by a clock that nobody sets", async () => {
  let monotonic = 0;
  const counts = createBoundedCounts({ most: 10, windowMs: MINUTE, monotonic: () => monotonic });
  vi.useFakeTimers({ now: START });

  await counts.increment("token");
  vi.setSystemTime(START - DAY);
  const { resetTime, totalHits } = await counts.increment("token");
  monotonic = MINUTE;
  const later = await counts.increment("token");

  expect([totalHits, resetTime?.getTime()]).toEqual([2, START - DAY + MINUTE]);
  expect(later.totalHits).toBe(1);
});

test("a cloud that is only searched is asked again", async () => {
  using catalogue = openTemporaryCatalogue();
  const backend = await seedBackend(catalogue, "hub", [{ key: "dockerhub hub", scope: "public" }], "dockerhub");
  commitImages(catalogue, backend, [image("library/image-0")]);
  const sourceId = sourcesOf(catalogue, "hub")[0]?.id ?? 0;
  for (const term of ["grafana", "loki"]) noteAsked(catalogue, sourceId, term, iso(START));
  const failed = insertRun(catalogue, sourceId, iso(START), "find");
  updateRun(catalogue, failed, { state: "failed", finishedAt: iso(START) });
  const asked: string[] = [];
  const finder = createTermFinder({
    catalogue,
    sync: {
      find: async (_, term) => asked.push(term),
      finished: async () => undefined,
    },
    now: () => iso(START - DAY),
    log: createLog("silent"),
    tuning: { perMinute: 2 },
  });

  await finder.find([backend], "grafana");

  expect(asked).toEqual(["grafana"]);
});
