import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many wait for processes that they started: one a core, none left for vitest itself.
    maxWorkers: availableParallelism(),
  },
});
