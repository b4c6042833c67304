import { describe, expect, test } from "vitest";
import type { ChangeJson } from "../../src/web/changes/answers.ts";
import { mergeJournals, unread } from "../../src/web/changes/merge-journals.ts";
import { commandLineOf } from "../../src/web/results/command-line-of.ts";
import type { BackendRuns, RunJson } from "../../src/web/status/answers.ts";
import { changesByDay, durations, imagesOverTime } from "../../src/web/status/sum-up-runs.ts";
import { spread } from "../../src/web/table/spread.ts";
import { changesQueryOf, START } from "../../src/web/view.ts";

describe("the changes of several backends", () => {
  test("are shown as far as no backend may have one between them, and those behind are asked next", () => {
    const { changes, behind } = mergeJournals([
      { backend: "a", changes: [9, 7, 5].map(change), next: 5 },
      { backend: "b", changes: [8, 2].map(change), next: 2 },
      { backend: "c", changes: [1].map(change), next: null },
    ]);

    expect(changes.map(({ id, backend }) => `${id}${backend}`)).toEqual(["9a", "8b", "7a", "5a"]);
    expect(behind).toEqual(["a"]);
  });

  test("are told once where backends share a source, and all are behind where nothing is read", () => {
    const shared = [{ backend: "a", changes: [3].map(change), next: null }];
    expect(mergeJournals([...shared, { ...shared[0]!, backend: "b" }]).changes).toHaveLength(1);
    expect(mergeJournals([unread("a"), unread("b")])).toEqual({ changes: [], behind: ["a", "b"] });
  });

  test("are asked for without what is of the page alone", () => {
    const filters = { os: ["ubuntu"], starred: ["true"], partial: ["true"], region: ["r"], deprecated: ["false"] };
    const view = { ...START, term: "a", filters, sort: "name" } as const;
    expect(changesQueryOf(view)).toEqual({ search_term: "a", os: ["ubuntu"], deprecated: ["false"] });
  });
});

describe("the runs of backends", () => {
  const own = (at: string, fields: Partial<RunJson> = {}): RunJson =>
    run({ source: "own", finished_at: at, ...fields });
  const runs: BackendRuns = {
    backend: "a",
    isCut: false,
    runs: [
      run({ id: 5, finished_at: "2026-01-03T00:00:30.000Z", listed: 12, added: 3, retired: 1 }),
      own("2026-01-02T00:00:00.000Z", { id: 4, state: "failed", listed: 99, added: 99 }),
      own("2026-01-02T00:00:00.000Z", { id: 3, listed: 5, added: 5 }),
      run({ id: 2, kind: "probe", finished_at: "2026-01-01T12:00:00.000Z", listed: 1, added: 2, changed: 1 }),
      run({ id: 1, finished_at: "2026-01-01T00:01:00.000Z", listed: 10, added: 10 }),
    ],
  };

  test("tell how many images the listings had, once each source was listed", () => {
    const { times, series } = imagesOverTime([runs]);
    expect(times.map((at) => new Date(at * 1000).toISOString().slice(0, 10))).toEqual(["2026-01-02", "2026-01-03"]);
    expect(series).toEqual([{ name: "a", values: [15, 17] }]);
  });

  test("tell what changed on a day, without first listings, and each run once", () => {
    const { times, series } = changesByDay([runs, { ...runs, backend: "b" }]);
    expect(times).toHaveLength(2);
    expect(Object.fromEntries(series.map(({ name, values }) => [name, values]))).toEqual({
      added: [2, 3],
      changed: [1, 0],
      retired: [0, 1],
      returned: [0, 0],
    });
  });

  test("tell how long full listings took, failed ones left out, and never less than nothing", () => {
    const back = run({ id: 6, started_at: "2026-01-05T00:00:00.000Z", finished_at: "2026-01-04T00:00:00.000Z" });
    const { series } = durations([{ ...runs, runs: [back, ...runs.runs.slice(0, 2)] }]);
    expect(series[0]?.values).toEqual([30, 0]);
  });

  test("tell the durations of each source apart, of one that backends share once", () => {
    const [first] = runs.runs;
    const both = [run({ ...first, id: 8, source: "own" }), run({ ...first, id: 9, source: "public" })];
    const { series } = durations([
      { ...runs, backend: "a", runs: both },
      { ...runs, backend: "b", runs: both.slice(1) },
    ]);
    expect(series.map(({ name }) => name).toSorted()).toEqual(["own", "public"]);
  });
});

describe("a table of rows in sight", () => {
  test("keeps the room of those that are not", () => {
    const rows = [0, 5, 6].map((index) => ({ index, start: 100 + index * 10, end: 110 + index * 10 }));
    expect(spread(rows, { top: 100, height: 200 })).toEqual([
      { kind: "row", index: 0 },
      { kind: "gap", after: 0, height: 40 },
      { kind: "row", index: 5 },
      { kind: "row", index: 6 },
      { kind: "gap", after: 6, height: 130 },
    ]);
  });
});

describe("the command line of a search", () => {
  test("has each value as one word of a shell, and no option that a term could be taken for", () => {
    const filters = { os: ["ubuntu"], publisher: ["A'; reboot"], latest: ["true"], partial: ["true"] };
    const view = { ...START, backend: "my-backend", term: '--x "a b" *', filters, sort: "-created" } as const;
    expect(commandLineOf(view)).toBe(
      String.raw`imagedex search --os=ubuntu --publisher='A'\''; reboot' --latest=true --partial --sort=-created -- my-backend '--x "a b" *'`,
    );
    expect(commandLineOf({ ...START, filters: { region: ["r 1"] } })).toBe("imagedex find --region='r 1' --");
  });
});

function change(id: number): ChangeJson {
  const image = { id: `ami-${id}`, name: "n", extra: {} };
  return {
    id,
    at: "2026-01-01T00:00:00.000Z",
    kind: "added",
    fields: null,
    image,
    publisher: null,
    trust: "community",
  };
}

function run(fields: Partial<RunJson>): RunJson {
  const counts = { listed: 0, added: 0, changed: 0, retired: 0, returned: 0, rejected: 0 };
  const finished = fields.finished_at ?? null;
  const started = { started_at: finished?.slice(0, 17).concat("00.000Z") ?? "2026-01-01T00:00:00.000Z" };
  const none = { code: null, error: null, warning: null };
  return {
    id: 1,
    source: "public",
    kind: "full",
    state: "complete",
    ...started,
    finished_at: finished,
    ...counts,
    ...none,
    ...fields,
  };
}
