import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempDisposableSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const MAIN = join(ROOT, "dist/main.cjs");

/** Prints the loaded files when the process ends. */
const TELL_LOADED = `data:text/javascript,import { createRequire } from "node:module";
  const { cache } = createRequire("/");
  process.on("exit", () => console.error(JSON.stringify(Object.keys(cache))));`;

test("a command that lists no cloud loads few files, and nothing that only listing needs", () => {
  const { stderr } = spawnSync(process.execPath, ["--import", TELL_LOADED, MAIN, "--version"], { encoding: "utf8" });
  const loaded: string[] = JSON.parse(stderr);
  const scripts = loaded.filter((file) => file.startsWith(join(ROOT, "dist")));
  const sources = new Set(scripts.flatMap(sourcesOf));

  expect(scripts.length).toBeGreaterThan(2);
  expect(loaded.length).toBeLessThan(32);
  expect(sources).toContain("src/cli.ts");
  expect([...sources].filter((source) => LAZY.test(source))).toEqual([]);
});

const LAZY =
  /node_modules\/(@aws-sdk|@smithy|undici|google-auth-library|@modelcontextprotocol|postgres)\/|src\/(record\/postgres|sync\/follow)\//;

test("a stack names files and lines of the sources", () => {
  using home = mkdtempDisposableSync(join(tmpdir(), "imagedex-home-"));
  const { stderr } = spawnSync(process.execPath, [MAIN, "demo", "--count", "none"], {
    encoding: "utf8",
    cwd: home.path,
    env: { HOME: home.path, IMAGEDEX_LOG_LEVEL: "debug" },
  });
  const [, file = "", line = ""] = /\((\/.*\/src\/cli\/demo-command\.ts):(\d+):\d+\)/.exec(stderr) ?? [];

  expect(readFileSync(file, "utf8").split("\n")[Number(line) - 1]).toContain("throw new BadRequestError(");
});

test("compiled code is kept in the user's own folder, and nowhere that others may write", () => {
  using home = mkdtempDisposableSync(join(tmpdir(), "imagedex-home-"));
  const kept = join(home.path, ".cache/imagedex");
  const isKept = (): boolean => {
    execFileSync(process.execPath, [MAIN, "--version"], { env: { HOME: home.path } });
    return existsSync(kept) && readdirSync(kept).length > 0;
  };

  mkdirSync(join(home.path, ".cache"));
  chmodSync(join(home.path, ".cache"), 0o777);
  expect(isKept()).toBe(false);
  chmodSync(join(home.path, ".cache"), 0o755);
  chmodSync(kept, 0o770);
  expect(isKept()).toBe(false);
  chmodSync(kept, 0o700);
  expect(isKept()).toBe(true);
});

function sourcesOf(script: string): string[] {
  if (!existsSync(`${script}.map`)) return [basename(script)];
  const map: { sources: string[] } = JSON.parse(readFileSync(`${script}.map`, "utf8"));
  return map.sources.map((source) => source.replace(/^(\.\.\/)+/, ""));
}
