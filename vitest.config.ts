import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that run a program of another project: a browser, a registry, a shell. */
const SERVERS = "test/**/*.servers.test.ts";

export default defineConfig({
  test: {
    // Only what hangs ends by these: on a busy machine a process may take half a minute to start.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Many wait for processes that they started: one a core, none left for vitest itself.
    maxWorkers: availableParallelism(),
    projects: [
      { extends: true, test: { name: "house", include: ["test/**/*.test.ts"], exclude: [SERVERS] } },
      { extends: true, test: { name: "servers", include: [SERVERS] } },
    ],
  },
});
