import { startVitest } from "vitest/node";

/** The tests that try a property with made-up histories. */
const FILES = [
  "test/accounts/whose-images.test.ts",
  "test/catalogue/family-name.test.ts",
  "test/http/openapi/fuzz.test.ts",
  "test/search/exactness.test.ts",
  "test/search/incremental.test.ts",
  "test/sync/killed.test.ts",
  "test/webhooks/at-least-once.test.ts",
];
/** Times as many cases as in `npm test`. */
const FACTOR = 10;
const PATIENCE_MS = 60 * 60_000;

/** Runs the property tests with many cases from a seed that is printed; false when one failed. */
export async function soakHistories(seed: number): Promise<boolean> {
  console.log(`histories: seed ${seed}, ${FACTOR} times as many as in npm test`);
  const vitest = await startVitest("test", FILES, {
    run: true,
    watch: false,
    project: ["house"],
    testTimeout: PATIENCE_MS,
    provide: { histories: { seed, factor: FACTOR } },
  });
  const passed = vitest.state.getCountOfFailedTests() === 0 && vitest.state.getUnhandledErrors().length === 0;
  await vitest.close();
  return passed;
}
