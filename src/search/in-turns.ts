import { setImmediate as nextTurn } from "node:timers/promises";

/** Work goes on for so long at a time, in milliseconds; other requests have their turn in between. */
const TURN_MS = 2;

/**
 * Does work step by step without keeping others waiting. `inTurn` surrounds each turn's steps; when it has none of them done,
 * because what they work with has changed, the work ends with undefined.
 */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T>;
export async function inTurns<T>(
  steps: Generator<void, T>,
  inTurn: (turn: () => IteratorResult<void, T>) => IteratorResult<void, T> | undefined,
): Promise<T | undefined>;
export async function inTurns<T>(
  steps: Generator<void, T>,
  inTurn: (turn: () => IteratorResult<void, T>) => IteratorResult<void, T> | undefined = (turn) => turn(),
): Promise<T | undefined> {
  for (;;) {
    const step = inTurn(() => takeTurn(steps));
    if (!step) return undefined;
    if (step.done) return step.value;
    await nextTurn();
  }
}

function takeTurn<T>(steps: Generator<void, T>): IteratorResult<void, T> {
  for (const until = performance.now() + TURN_MS; ;) {
    const step = steps.next();
    if (step.done || performance.now() >= until) return step;
  }
}

/** Does work in one go. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same steps for who pauses by yielding undefined among values. */
export function* pausing<T>(steps: Generator<void, T>): Generator<undefined, T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield undefined;
  }
}
