import { expect, test } from "vitest";
import { stateOf } from "../../src/http/answering/catalogue-state.ts";

const [NEVER, SYNCED] = [{ revision: 0 }, { revision: 3 }];

test.each([
  [[], [], "new"],
  [[NEVER, NEVER], [undefined, { state: "running" }], "new"],
  [[NEVER, SYNCED], [{ state: "failed" }, { state: "complete" }], "partial"],
  [[SYNCED, SYNCED], [{ state: "complete" }, { state: "running" }], "complete"],
  [[SYNCED, SYNCED], [{ state: "complete" }, { state: "failed" }], "stale"],
  [[SYNCED], [{ state: "refused" }], "stale"],
] as const)("of %j after %j is %s", (sources, runs, state) => {
  expect(stateOf(sources, runs)).toBe(state);
});
