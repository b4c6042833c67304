import { SingleBar } from "cli-progress";
import type { App } from "../app.ts";
import { runsWithIds } from "../record/runs.ts";
import { getSource } from "../record/sources.ts";
import type { SyncProgress } from "../sync/sync-source-options.ts";
import { visibleText } from "../visible-text.ts";
import { note } from "./print.ts";

/** Commits show that they go on this often. */
const TICK_MS = 1_000;

/** Plain lines come this often where there is no terminal. */
const LINE_EVERY_MS = 5_000;

/**
 * Shows how far syncs are, on standard error: a bar on a terminal, a line now and then elsewhere. `expected` is how
 * many images will come, where that is known; else the number there are already.
 */
export function showProgress(app: App, expected?: number): Disposable {
  const bars = new Map<number, SingleBar>();
  const names = new Map<number, Named>();
  let lineAt = performance.now();

  const nameOf = ({ runId, listed }: SyncProgress): Named => {
    const known = names.get(runId);
    if (known) return known;
    const [run] = runsWithIds(app.catalogue, [runId]);
    const total = expected ?? (run ? getSource(app.catalogue, run.sourceId).imageCount : 0);
    const named = {
      source: visibleText(run?.source ?? `run ${runId}`),
      total,
      startedAt: performance.now(),
      listedThen: listed,
      phaseAt: performance.now(),
    };
    names.set(runId, named);
    return named;
  };
  const drawBar = (progress: SyncProgress): void => {
    const named = nameOf(progress);
    const { source, total } = named;
    let bar = bars.get(progress.runId);
    if (!bar) {
      for (const other of bars.values()) other.stop();
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
  };
  const writeLine = (progress: SyncProgress): void => {
    if (performance.now() - lineAt < LINE_EVERY_MS) return;
    lineAt = performance.now();
    const named = nameOf(progress);
    note(`${named.source}: ${progress.listed} images, ${paceOf(progress, named)}`);
  };
  const following = follow(app, {
    show(progress, isNewPhase) {
      if (isNewPhase) nameOf(progress).phaseAt = performance.now();
      if (process.stderr.isTTY) drawBar(progress);
      else writeLine(progress);
    },
    end: (runId) => bars.get(runId)?.stop(),
  });
  return {
    [Symbol.dispose]() {
      following[Symbol.dispose]();
      for (const bar of bars.values()) bar.stop();
    },
  };
}

interface Shown {
  show(progress: SyncProgress, isNewPhase: boolean): void;
  end(runId: number): void;
}

/** Shows what is heard of runs, and again each second of a commit: nothing is heard of one until it ends. */
function follow(app: App, { show, end }: Shown): Disposable {
  const underWay = new Map<number, SyncProgress>();
  const listening = app.sync.onChange((event) => {
    if ("outcome" in event) {
      underWay.delete(event.runId);
      return end(event.runId);
    }
    const isNewPhase = event.phase !== underWay.get(event.runId)?.phase;
    underWay.set(event.runId, event);
    show(event, isNewPhase);
  });
  const ticking = setInterval(() => {
    for (const progress of underWay.values()) if (progress.phase !== "listing") show(progress, false);
  }, TICK_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(ticking);
      listening[Symbol.dispose]();
    },
  };
}

interface Named {
  readonly source: string;
  /** How many images will come, about; 0: who knows. */
  readonly total: number;
  /** When its first progress was heard of, and how far it was. */
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
