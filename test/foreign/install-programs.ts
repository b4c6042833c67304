import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findProgram } from "./find-program.ts";
import { type ProgramName, PROGRAMS } from "./programs.ts";

/*
 * Installs what the server tests need and this machine lacks, from Debian: as root, or in CI with sudo. Where neither is
 * possible it changes nothing, and the tests say which of them are skipped.
 */

const isCi = process.env["CI"] === "true";
const isRoot = process.getuid?.() === 0;
const wanted = (Object.keys(PROGRAMS) as ProgramName[])
  .filter((program) => findProgram(program) === undefined)
  .flatMap((program) => PROGRAMS[program].debianPackage ?? []);

if (wanted.length > 0 && existsSync("/usr/bin/apt-get") && (isRoot || isCi)) {
  console.log(`installing ${wanted.join(", ")}`);
  apt("update");
  // One at a time: a package that this release does not have must not keep the others away.
  for (const name of wanted) apt("install", "-y", "--no-install-recommends", name);
}

function apt(...args: readonly string[]): void {
  const [command = "", ...rest] = [...(isRoot ? [] : ["sudo", "-n"]), "apt-get", "-qq", ...args];
  const { status } = spawnSync(command, rest, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) console.warn(`apt-get ${args.join(" ")} failed`);
}
