import { setImmediate as nextTurn } from "node:timers/promises";

/** Work goes on for so long at a time, in milliseconds; other requests have their turn in between. */
const TURN_MS = 5;

/** Does work step by step without keeping others waiting. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (let until = performance.now() + TURN_MS; ;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + TURN_MS;
  }
}

/** Does work in one go. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
