import { afterEach, expect, test, vi } from "vitest";
import type { Backend } from "../../src/record/backends.ts";
import { type Catalogue } from "../../src/catalogue/file/open-catalogue.ts";
import { insertRun, type RunKind, type RunState, updateRun } from "../../src/record/runs.ts";
import type { RunCode } from "../../src/catalogue/file/run-codes.ts";
import { sourcesOf } from "../../src/record/sources.ts";
import { createLog } from "../../src/log.ts";
import { createSchedule } from "../../src/sync/schedule.ts";
import type { StartOptions } from "../../src/sync/sync-service.ts";
import { createTimetable, type Timetable } from "../../src/sync/timetable.ts";
import { openTemporaryCatalogue, seedBackend } from "../catalogue/seed.ts";

const START = Date.parse("2026-11-01T12:00:00.000Z");
const HOUR = 3_600_000;
const MINUTE = 60_000;
const YEARLY = "0 0 1 1 *";
afterEach(() => void vi.useRealTimers());

const BOTH = [
  { key: "ec2 eu-west-1 own", scope: "own" as const },
  { key: "ec2 eu-west-1 public", scope: "public" as const },
];

test("a backend whose listing failed is tried again after 1, 2, 4, … minutes, and never later than the schedule", async () => {
  await using house = await open({ pollInterval: 3600 });
  const waits: number[] = [];

  for (let n = 0, now = START; n < 8; n++) {
    house.ran(0, "failed", now);
    const next = house.timetable.nextTry(house.backend, new Date(now))?.getTime() ?? Number.NaN;
    waits.push((next - now) / MINUTE);
    now = next;
  }

  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

test("a refused listing is tried again sooner as well, a complete one on schedule", async () => {
  await using house = await open({ pollInterval: 3600 });

  house.ran(0, "refused", START);
  const afterRefusal = house.timetable.nextTry(house.backend, new Date(START));
  house.ran(0, "complete", START + MINUTE);
  const afterSuccess = house.timetable.nextTry(house.backend, new Date(START + MINUTE));
  house.ran(0, "failed", START + HOUR);
  const afterNewFailure = house.timetable.nextTry(house.backend, new Date(START + HOUR));

  expect([afterRefusal, afterSuccess, afterNewFailure]).toEqual([
    new Date(START + MINUTE),
    new Date(START + MINUTE + HOUR),
    new Date(START + HOUR + MINUTE),
  ]);
});

test("a probe that failed does not bring the next full listing forward", async () => {
  await using house = await open({ pollInterval: 3600 });

  house.ran(0, "complete", START);
  house.ran(0, "failed", START + MINUTE, "probe");

  expect(house.timetable.nextTry(house.backend, new Date(START + 5 * MINUTE))).toEqual(new Date(START + HOUR));
});

test("the next try of what is due is now, of what follows the cron its next time, of what is disabled never", async () => {
  await using house = await open({ pollInterval: null });
  const now = new Date();

  expect(house.timetable.nextTry(house.backend, now)).toEqual(now);
  house.ran(0, "complete", now.getTime());
  expect(house.timetable.nextTry(house.backend, now)?.toISOString()).toMatch(/-01-01T/);
  expect(house.timetable.nextTry({ ...house.backend, enabled: false }, now)).toBeNull();
});

test("only the source that failed is tried again, and only when its time has come", async () => {
  await using house = await open({ pollInterval: 3600, sources: BOTH });
  house.ran(0, "failed", START);
  house.ran(1, "complete", START);

  const soon = await house.startedAt(START + MINUTE - 1);
  const later = await house.startedAt(START + MINUTE);
  house.ran(0, "failed", START + MINUTE);
  const again = await house.startedAt(START + 2 * MINUTE);
  const regular = await house.startedAt(START + HOUR);

  expect(soon).toEqual([]);
  expect(later).toEqual([{ kind: "full", only: [expect.objectContaining({ key: "ec2 eu-west-1 own b" })] }]);
  expect(again).toEqual([]);
  expect(regular).toEqual([{ kind: "full" }]);
});

test("a minute that begins after the schedule was made and before it begins is not missed", async () => {
  vi.useFakeTimers({ now: START + MINUTE - 200 });
  await using house = await open({ pollInterval: 60, beginAfterMs: 500 });
  house.ran(0, "complete", START);

  await vi.advanceTimersByTimeAsync(499);
  const before = house.started();
  await vi.advanceTimersByTimeAsync(2);

  expect(before).toEqual([]);
  expect(house.started()).toEqual([{ kind: "full" }]);
});

test("what was due when the schedule was made is started when it begins", async () => {
  vi.useFakeTimers({ now: START });
  await using house = await open({ pollInterval: 60, beginAfterMs: 500 });

  await vi.advanceTimersByTimeAsync(502);

  expect(house.started()).toEqual([{ kind: "full" }]);
});

test("what is under way is not started again", async () => {
  await using house = await open({ pollInterval: 3600 });
  house.ran(0, "failed", START);
  house.ran(0, "running", START + MINUTE);

  expect(await house.startedAt(START + 30 * MINUTE)).toEqual([]);
});

test.each(["credentials", "forbidden"] as const)(
  "what a cloud refuses (%s) waits for the schedule, or for a change of the backend",
  async (code) => {
    await using house = await open({ pollInterval: 3600, sources: BOTH, probeInterval: 600 });
    house.ran(1, "complete", START);
    house.ran(0, "failed", START, "full", code);

    for (const minutes of [1, 5, 10, 59]) {
      const started = await house.startedAt(START + minutes * MINUTE);
      expect(started.flatMap(({ only }) => (only ?? []).map(({ id }) => id))).not.toContain(house.sourceIds[0]);
      expect(started.every(({ kind, only }) => kind === "probe" && only !== undefined)).toBe(true);
    }
    expect(house.timetable.nextTry(house.backend, new Date(START))).toEqual(new Date(START + HOUR));
    expect(await house.startedAt(START + HOUR)).toEqual([{ kind: "full" }]);

    house.changed(START + MINUTE);
    expect(await house.startedAt(START + 2 * MINUTE)).toMatchObject([{ kind: "full", only: [{}] }]);
  },
);

test("nor is it probed for what is new", async () => {
  await using house = await open({ pollInterval: 86_400, sources: BOTH, probeInterval: 600 });
  house.ran(0, "complete", START);
  house.ran(1, "complete", START);
  house.ran(0, "failed", START + 10 * MINUTE, "probe", "credentials");
  house.ran(1, "complete", START + 10 * MINUTE, "probe");

  const [probe, ...others] = await house.startedAt(START + 30 * MINUTE);

  expect(probe).toMatchObject({ kind: "probe", only: [{ id: house.sourceIds[1] }] });
  expect(others).toEqual([]);
});

interface House extends AsyncDisposable {
  readonly backend: Backend;
  readonly timetable: Timetable;
  /** Notes a run of one of the backend's sources, begun and ended at that moment. */
  ran(source: number, state: RunState, at: number, kind?: RunKind, code?: RunCode): void;
  readonly sourceIds: readonly number[];
  /** A person changes the backend. */
  changed(at: number): void;
  /** What the schedule starts at a moment. */
  startedAt(time: number): Promise<StartOptions[]>;
  /** What it started by itself. */
  started(): StartOptions[];
}

interface Setup {
  readonly pollInterval: number | null;
  readonly sources?: typeof BOTH;
  readonly probeInterval?: number;
  /** Default: it never begins by itself. */
  readonly beginAfterMs?: number;
}

async function open(options: Setup): Promise<House> {
  const catalogue: Catalogue = openTemporaryCatalogue();
  const stored = await seedBackend(catalogue, "b", options.sources ?? BOTH.slice(1));
  const change = "UPDATE backends SET poll_interval = ?";
  catalogue.sqlite.prepare(change).run(options.pollInterval);
  const timetable = createTimetable(catalogue, YEARLY);
  const started: StartOptions[] = [];
  const { promise: nothing } = Promise.withResolvers<never>();
  const schedule = createSchedule({
    catalogue,
    timetable,
    sync: {
      start(_backend, asked) {
        if (asked) started.push(asked);
        return nothing;
      },
    },
    probeInterval: options.probeInterval ?? 0,
    jitterMs: 0,
    beginAfterMs: options.beginAfterMs ?? 2 ** 30,
    log: createLog("silent"),
  });
  return {
    backend: { ...stored, pollInterval: options.pollInterval },
    timetable,
    sourceIds: sourcesOf(catalogue, "b").map(({ id }) => id),
    changed(time) {
      catalogue.sqlite.prepare("UPDATE backends SET changed_at = ?").run(new Date(time).toISOString());
    },
    ran(at, state, time, kind = "full", code) {
      const source = sourcesOf(catalogue, "b")[at];
      if (!source) throw new Error(`no source ${at}`);
      const moment = new Date(time).toISOString();
      const ended = state === "running" || state === "queued" ? null : moment;
      updateRun(catalogue, insertRun(catalogue, source.id, moment, kind), {
        state,
        finishedAt: ended,
        code: code ?? null,
      });
    },
    started: () => [...started],
    async startedAt(time) {
      started.length = 0;
      await schedule.startDue(new Date(time));
      // What is due is started by a timer of 1 ms, which this one follows.
      await new Promise((resolve) => setTimeout(resolve, 2));
      return [...started];
    },
    async [Symbol.asyncDispose]() {
      await schedule[Symbol.asyncDispose]();
      await timetable[Symbol.asyncDispose]();
      catalogue[Symbol.dispose]();
    },
  };
}
