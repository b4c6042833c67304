import { SingleBar } from "cli-progress";
import type { App } from "../app.ts";
import { runsWithIds } from "../catalogue/runs.ts";
import { getSource } from "../catalogue/sources.ts";
import type { SyncProgress } from "../sync/sync-source.ts";

/** Plain lines come this often where there is no terminal. */
const LINE_EVERY_MS = 5_000;

/**
 * Shows how far syncs are, on standard error: a bar on a terminal, a line now and then elsewhere. `expected` is how
 * many images will come, where that is known; else the number there are already.
 */
export function showProgress(app: App, expected?: number): Disposable {
  const bars = new Map<number, SingleBar>();
  const names = new Map<number, { source: string; total: number }>();
  let lineAt = performance.now();

  const nameOf = ({ runId }: SyncProgress): { source: string; total: number } => {
    const known = names.get(runId);
    if (known) return known;
    const [run] = runsWithIds(app.catalogue, [runId]);
    const total = expected ?? (run ? getSource(app.catalogue, run.sourceId).imageCount : 0);
    const named = { source: run?.source ?? `run ${runId}`, total };
    names.set(runId, named);
    return named;
  };
  const drawBar = (progress: SyncProgress): void => {
    const { source, total } = nameOf(progress);
    let bar = bars.get(progress.runId);
    if (!bar) {
      for (const other of bars.values()) other.stop();
      bar = new SingleBar({
        format:
          total > 0 ? `${source} [{bar}] {value}/{total} {phase} {eta_formatted}` : `${source} {value} images {phase}`,
        stream: process.stderr,
        hideCursor: true,
      });
      bars.set(progress.runId, bar);
      bar.start(Math.max(total, progress.listed), progress.listed, { phase: progress.phase });
    }
    if (progress.listed > bar.getTotal()) bar.setTotal(progress.listed);
    bar.update(progress.listed, { phase: progress.phase });
  };
  const writeLine = (progress: SyncProgress): void => {
    if (performance.now() - lineAt < LINE_EVERY_MS) return;
    lineAt = performance.now();
    process.stderr.write(`${nameOf(progress).source}: ${progress.listed} images (${progress.phase})\n`);
  };
  const listening = app.sync.onChange((event) => {
    if ("outcome" in event) return bars.get(event.runId)?.stop();
    if (process.stderr.isTTY) drawBar(event);
    else writeLine(event);
  });
  return {
    [Symbol.dispose]() {
      listening[Symbol.dispose]();
      for (const bar of bars.values()) bar.stop();
    },
  };
}
