import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that run a program of another project: a browser, a registry, a shell. */
const SERVERS = "test/**/*.servers.test.ts";

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many wait for processes that they started: one a core, none left for vitest itself.
    maxWorkers: availableParallelism(),
    projects: [
      { extends: true, test: { name: "house", include: ["test/**/*.test.ts"], exclude: [SERVERS] } },
      { extends: true, test: { name: "servers", include: [SERVERS] } },
    ],
  },
});
