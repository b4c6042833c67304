import { mkdirSync, mkdtempDisposableSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openDemoFolder, removeDeadDemos } from "../../src/cli/demo/demo-folder.ts";

test("a demo removes what dead demos left, and nothing else", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-dead-"));
  vi.stubEnv("TMPDIR", folder.path);
  using living = openDemoFolder();
  const make = (name: string, ...files: string[]): string => {
    const path = join(folder.path, name);
    mkdirSync(path);
    for (const file of files) writeFileSync(join(path, file), "");
    return path;
  };
  const dead = make("imagedex-demo-dead01", "imagedex-demo.lock", "imagedex.db");
  make("imagedex-demo-notes", "my-notes.txt");
  make("another-demo", "imagedex-demo.lock");
  make("elsewhere", "imagedex-demo.lock");
  symlinkSync(join(folder.path, "elsewhere"), join(folder.path, "imagedex-demo-link01"));
  mkdirSync(join(make("imagedex-demo-odd001"), "imagedex-demo.lock"));

  const removed = removeDeadDemos();
  const again = removeDeadDemos();
  const left = readdirSync(folder.path).map((name) => join(folder.path, name));
  vi.unstubAllEnvs();

  expect([removed, again]).toEqual([[dead], []]);
  expect(left).toContain(living.path);
  expect(
    left
      .map((path) => path.slice(folder.path.length + 1))
      .filter((name) => name !== "")
      .toSorted(),
  ).toEqual(
    [
      "another-demo",
      "elsewhere",
      "imagedex-demo-link01",
      "imagedex-demo-notes",
      "imagedex-demo-odd001",
      living.path.slice(folder.path.length + 1),
    ].toSorted(),
  );
});

test("a demo's folder is for its owner alone, and goes with what is in it", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-dead-"));
  vi.stubEnv("TMPDIR", folder.path);
  const own = openDemoFolder();
  writeFileSync(join(own.path, "imagedex.db"), "");
  own[Symbol.dispose]();
  vi.unstubAllEnvs();

  expect(readdirSync(folder.path)).toEqual([]);
});
