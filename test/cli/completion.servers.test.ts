import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providerNames } from "../../src/providers/registry.ts";
import { needProgram } from "../foreign/need-program.ts";
import { createWorkplace, type Workplace } from "./run-imagedex.ts";

const bash = needProgram("bash");
const zsh = needProgram("zsh");
const fish = needProgram("fish");

let place: Workplace;
let env: Record<string, string>;

beforeAll(async () => {
  place = createWorkplace();
  // What the shells find: an imagedex that knows two backends.
  const bin = join(place.folder, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "imagedex"),
    '#!/bin/sh\n[ "$*" = "backends list" ] && printf "ireland\\tEC2\\nlab\\tGlance\\n"\n',
  );
  chmodSync(join(bin, "imagedex"), 0o755);
  env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: place.folder };
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(join(place.folder, shell), (await place.run(["completion", shell])).stdout);
});

afterAll(() => place[Symbol.dispose]());

/** What is typed, the last word half or not at all, and what is offered. */
const TYPED: readonly [line: string, offered: readonly string[]][] = [
  ["imagedex se", ["serve", "search"]],
  ["imagedex backends ", ["add", "update", "check", "list", "remove"]],
  ["imagedex backends add --provider ", providerNames()],
  ["imagedex tokens add --scope a", ["admin"]],
  ["imagedex sync --a", ["--accept-shrink"]],
  ["imagedex sync l", ["lab"]],
  ["imagedex search i", ["ireland"]],
  ["imagedex backends check l", ["lab"]],
  ["imagedex completion ", ["bash", "zsh", "fish"]],
];

describe.skipIf(bash.isMissing)("bash", () => {
  test.each(TYPED)("offers after %j", (line, offered) => {
    const words = line.split(" ");
    const script = `source ${join(place.folder, "bash")}
COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length - 1}; _imagedex; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(offeredBy(execFileSync(bash.path, ["--norc", "-c", script], { env, encoding: "utf8" }), line)).toEqual(
      [...offered].toSorted(),
    );
  });
});

describe.skipIf(fish.isMissing)("fish", () => {
  test.each(TYPED)("offers after %j", (line, offered) => {
    const script = `source ${join(place.folder, "fish")}; complete -C '${line}' | cut -f1`;
    expect(offeredBy(execFileSync(fish.path, ["--no-config", "-c", script], { env, encoding: "utf8" }), line)).toEqual(
      [...offered].toSorted(),
    );
  });
});

describe.skipIf(zsh.isMissing)("zsh", () => {
  test.each(TYPED)("offers after %j", (line, offered) => {
    // Outside of its line editor nothing completes: what would be offered is written down instead.
    const words = line.split(" ");
    const script = `compdef() { : }
compadd() { shift; print -l -- "$@" }
_files() { : }
_describe() { for one in $described; do print -r -- "\${one%%:*}"; done }
source ${join(place.folder, "zsh")}
words=(${words.map((word) => `"${word}"`).join(" ")}); CURRENT=${words.length}; _imagedex`;
    const { stdout, stderr } = spawnSync(zsh.path, ["-f", "-c", script], { env, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(offeredBy(stdout, line)).toEqual([...offered].toSorted());
  });
});

/** Those that begin with the word that was half typed; options are offered to who begins one. */
function offeredBy(output: string, line: string): string[] {
  const begun = line.split(" ").at(-1) ?? "";
  const words = output.split("\n").filter((word) => word !== "" && word.startsWith(begun));
  return words.filter((word) => begun.startsWith("-") || !word.startsWith("-")).toSorted();
}
