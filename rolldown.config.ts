import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "rolldown";

/** The oldest Node.js that it runs on, as package.json says: later syntax is written in its own. */
const OLDEST = "node22.19";

/** express.json refuses bodies in other charsets than UTF-8, -16 and -32: the tables of others are a fifth of the bundle. */
const noCharsetTables: Plugin = {
  name: "no-charset-tables",
  load: {
    filter: { id: /iconv-lite\/encodings\/tables\/[\w-]+\.json$/ },
    handler: () => ({ code: "{}", moduleType: "json" }),
  },
};

/** Kinds of content that the server reads or answers with, by the endings of their files. */
const SPOKEN = new Set(
  "html htm txt md css js mjs json map svg png ico webp woff2 xml atom csv ndjson jsonl yaml yml wasm bin".split(" "),
);

/** express knows 2,500 kinds of content, and sorts them all at each start. */
const spokenTypes: Plugin = {
  name: "spoken-types",
  load: {
    filter: { id: /mime-db\/db\.json$/ },
    handler(file) {
      const all: Record<string, { extensions?: string[] }> = JSON.parse(readFileSync(file, "utf8"));
      const kept = Object.entries(all).filter(
        ([type, { extensions = [] }]) =>
          extensions.some((ending) => SPOKEN.has(ending)) ||
          /^application\/(.+\+)?(json|x-www-form-urlencoded)$/.test(type),
      );
      return { code: JSON.stringify(Object.fromEntries(kept)), moduleType: "json" };
    },
  },
};

/**
 * The program as a few files: resolving and reading the modules that it consists of takes longer than all else that happens
 * before its first answer. What only some need (a cloud's SDK) stays in files of its own, read when it is wanted.
 */
// oxlint-disable-next-line import/no-default-export -- rolldown wants one
export default defineConfig({
  input: {
    main: "src/main.ts",
    // What is started by its file's name, beside the file that starts it: the same in src and in dist.
    worker: "src/sync/worker.ts",
    "second-worker": "src/sync/second-worker.ts",
    "segment-worker": "src/sync/segment-worker.ts",
    "follow-worker": "src/sync/follow/follow-worker.ts",
    "endpoint-process": "src/demo/ec2/endpoint-process.ts",
    "balancer-process": "src/demo/cluster/balancer-process.ts",
  },
  platform: "node",
  transform: { target: OLDEST },
  // The one loads a library for the machine it is installed on, the other is under a licence of its own.
  external: ["better-sqlite3", "openpgp"],
  plugins: [noCharsetTables, spokenTypes],
  output: {
    dir: "dist",
    cleanDir: true,
    // Node.js loads CommonJS sooner: of its own modules, importing calls every getter, one of which loads undici.
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    // Half as long to read as UTF-8.
    charset: "ascii",
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
});
