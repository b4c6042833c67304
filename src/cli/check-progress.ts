import { SingleBar } from "cli-progress";
import type { OnLooked } from "../catalogue/transfer/check-catalogue.ts";

/** Shows the progress of a check on a terminal's standard error; elsewhere nothing, since it takes a minute at most. */
export function showChecks(): Disposable & { readonly onLooked: OnLooked } {
  let shown: { check: string; bar: SingleBar; startedAt: number } | undefined;
  return {
    onLooked({ check, looked, total }) {
      if (!process.stderr.isTTY) return;
      if (shown?.check !== check) {
        shown?.bar.stop();
        const format = `${check} [{bar}] {value}/{total} {rate}/s, {eta_formatted} left`;
        const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true });
        bar.start(total, 0, { rate: 0 });
        shown = { check, bar, startedAt: performance.now() };
      }
      const seconds = (performance.now() - shown.startedAt) / 1000;
      shown.bar.update(looked, { rate: seconds > 0 ? Math.round(looked / seconds) : 0 });
    },
    [Symbol.dispose]: () => shown?.bar.stop(),
  };
}
