#!/usr/bin/env node
import { keepCompiledCode } from "./compile-cache.ts";
import { nameSourceLines } from "./source-lines.ts";

/** The oldest Node.js that this runs on; asked before anything that needs it is loaded. */
const OLDEST: readonly [number, number] = [22, 19];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(`imagedex needs Node.js ${OLDEST.join(".")} or newer; this is ${process.version}\n`);
  process.exitCode = 1;
} else {
  void run();
}

async function run(): Promise<void> {
  nameSourceLines();
  keepCompiledCode();
  const { runCli } = await import("./cli.ts");
  process.exitCode = await runCli(process.argv.slice(2));
}
