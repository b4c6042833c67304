import { type ScheduledTask, schedule } from "node-cron";

const EVERY_MINUTE = "* * * * *";
const LOOK_AT_CLOCK_MS = 30_000;

/**
 * Calls `look` at the start of every minute, one call at a time. If the clock is set back it starts again; node-cron would wait
 * until the clock reaches the minute that it expects.
 */
export function everyMinute(look: (at: Date) => Promise<void>): AsyncDisposable {
  const begin = (): ScheduledTask =>
    schedule(EVERY_MINUTE, ({ date }) => look(date), { noOverlap: true, suppressMissedWarning: true });
  let ticking = begin();
  let seen = Date.now();
  const watching = setInterval(() => {
    const isSetBack = Date.now() < seen;
    seen = Date.now();
    if (!isSetBack) return;
    void ticking.destroy();
    ticking = begin();
  }, LOOK_AT_CLOCK_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(watching);
      await ticking.destroy();
    },
  };
}
