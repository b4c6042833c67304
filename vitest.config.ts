import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineConfig, type Plugin } from "vitest/config";

/** Tests that run a program of another project: a browser, a registry, a shell. */
const SERVERS = "test/**/*.servers.test.ts";

/** A script that stands beside the one that starts it, in src as in dist. */
const STARTED = /new URL\(`\.\/([\w-]+)\$\{extname\(import\.meta\.filename\)\}`, import\.meta\.url\)/g;
const DIST = pathToFileURL(join(import.meta.dirname, "dist")).href;

/** Threads and processes run the bundle, as they do for people: each would take a second and more to read the sources. */
const startBundle: Plugin = {
  name: "start-bundle",
  transform: (code, id) => (id.includes("/src/") ? code.replace(STARTED, `new URL("${DIST}/$1.cjs")`) : undefined),
};

export default defineConfig({
  plugins: [startBundle],
  test: {
    globalSetup: "test/build-program.ts",
    // Only what hangs ends by these: on a busy machine a process may take half a minute to start.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Many wait for clouds that hang and for processes that they started: half of the time no core would be busy.
    maxWorkers: 2 * availableParallelism(),
    // Modules keep nothing but what they remember of a file's connection: loading them anew for each test file took a third of all.
    isolate: false,
    projects: [
      { extends: true, test: { name: "house", include: ["test/**/*.test.ts"], exclude: [SERVERS] } },
      { extends: true, test: { name: "servers", include: [SERVERS] } },
    ],
  },
});
