import { expect, test } from "vitest";
import { inTurns } from "../../src/search/in-turns.ts";

/** Steps that each take longer than a turn. */
function* longSteps(count: number, done: number[]): Generator<void, string> {
  for (let step = 0; step < count; step++) {
    for (const until = performance.now() + 3; performance.now() < until;);
    done.push(step);
    yield;
  }
  return "all";
}

test("others have their turn between long steps", async () => {
  const done: number[] = [];
  const seen: number[] = [];
  const watch = (): void => {
    seen.push(done.length);
    if (done.length < 5) setImmediate(watch);
  };
  setImmediate(watch);

  expect(await inTurns(longSteps(5, done))).toBe("all");
  expect(seen).toEqual(expect.arrayContaining([1, 2, 3, 4]));
});

test("work ends as soon as it gets no turn any more", async () => {
  const done: number[] = [];
  let turns = 0;

  expect(await inTurns(longSteps(5, done), (turn) => (turns++ < 2 ? turn() : undefined))).toBeUndefined();
  expect(done).toEqual([0, 1]);
});
