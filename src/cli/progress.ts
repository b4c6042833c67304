import { SingleBar } from "cli-progress";
import type { App } from "../app.ts";
import { runsWithIds } from "../record/runs.ts";
import { getSource } from "../record/sources.ts";
import type { SyncProgress } from "../sync/sync-source-options.ts";
import { visibleText } from "../visible-text.ts";
import { note } from "./print.ts";

/** How often a commit shows that it goes on. */
const TICK_MS = 1_000;

/** How often a plain line is printed without a terminal. */
const LINE_EVERY_MS = 5_000;

/**
 * Shows the progress of syncs on standard error: a bar on a terminal, else a line now and then. `expected`: how many images
 * will come, if known; by default as many as the catalogue has.
 */
export function showProgress(app: App, expected?: number): Disposable {
  const nameOf = createNames(app, expected);
  const bars = createBars(nameOf);
  let lineAt = performance.now();
  const writeLine = (progress: SyncProgress): void => {
    if (performance.now() - lineAt < LINE_EVERY_MS) return;
    lineAt = performance.now();
    const named = nameOf(progress);
    note(`${named.source}: ${progress.listed} images, ${paceOf(progress, named)}`);
  };
  const show = (progress: SyncProgress): void => (process.stderr.isTTY ? bars.draw(progress) : writeLine(progress));
  const underWay = new Map<number, SyncProgress>();
  const listening = app.sync.onChange((event) => {
    if ("outcome" in event) {
      underWay.delete(event.runId);
      return bars.stop(event.runId);
    }
    const named = nameOf(event);
    if (event.phase !== underWay.get(event.runId)?.phase) named.phaseAt = performance.now();
    underWay.set(event.runId, event);
    show(event);
  });
  // A commit reports nothing until it ends.
  const ticking = setInterval(() => {
    for (const progress of underWay.values()) if (progress.phase !== "listing") show(progress);
  }, TICK_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(ticking);
      listening[Symbol.dispose]();
      bars.stopAll();
    },
  };
}

/** What each run is called, from its first progress on. */
function createNames(app: App, expected: number | undefined): (progress: SyncProgress) => Named {
  const names = new Map<number, Named>();
  return ({ runId, listed }) => {
    const known = names.get(runId);
    if (known) return known;
    const [run] = runsWithIds(app.catalogue, [runId]);
    const now = performance.now();
    const named = {
      source: visibleText(run?.source ?? `run ${runId}`),
      total: expected ?? (run ? getSource(app.catalogue, run.sourceId).imageCount : 0),
      startedAt: now,
      listedThen: listed,
      phaseAt: now,
    };
    names.set(runId, named);
    return named;
  };
}

interface Bars {
  draw(progress: SyncProgress): void;
  stop(runId: number): void;
  stopAll(): void;
}

/** A bar for each run; the newest one moves. */
function createBars(nameOf: (progress: SyncProgress) => Named): Bars {
  const bars = new Map<number, SingleBar>();
  const stopAll = (): void => {
    for (const bar of bars.values()) bar.stop();
  };
  return {
    draw(progress) {
      const named = nameOf(progress);
      const { source, total } = named;
      let bar = bars.get(progress.runId);
      if (!bar) {
        stopAll();
        bar = new SingleBar({
          format: total > 0 ? `${source} [{bar}] {value}/{total} {pace}` : `${source} {value} images {pace}`,
          stream: process.stderr,
          hideCursor: true,
        });
        bars.set(progress.runId, bar);
        bar.start(Math.max(total, progress.listed), progress.listed, { pace: paceOf(progress, named) });
      }
      if (progress.listed > bar.getTotal()) bar.setTotal(progress.listed);
      bar.update(progress.listed, { pace: paceOf(progress, named) });
    },
    stop: (runId) => bars.get(runId)?.stop(),
    stopAll,
  };
}

interface Named {
  readonly source: string;
  /** About how many images will come; 0: unknown. */
  readonly total: number;
  /** When its first progress was reported, and how many images it had by then. */
  readonly startedAt: number;
  readonly listedThen: number;
  /** When its phase began. */
  phaseAt: number;
}

/** `3019/s, 12 s left`; what comes after the listing has no pace: `committing, 7 s so far`. */
function paceOf({ listed, phase }: SyncProgress, { total, startedAt, listedThen, phaseAt }: Named): string {
  if (phase !== "listing") return `${phase}, ${Math.round((performance.now() - phaseAt) / 1000)} s so far`;
  const rate = (listed - listedThen) / ((performance.now() - startedAt) / 1000);
  if (!(rate > 0)) return phase;
  const left = total > listed ? `, ${Math.ceil((total - listed) / rate)} s left` : "";
  return `${Math.round(rate)}/s${left}`;
}
