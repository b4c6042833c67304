import { runCli } from "../../src/cli.ts";
import type { Ended } from "./run-imagedex.ts";

interface Surroundings {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Commands share this process's folder, environment and streams: each waits for the one before. */
let before: Promise<unknown> = Promise.resolve();

/** Runs a command in this process, in a folder and an environment of its own, and keeps what it prints. */
export function callImagedex(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  const called = before.then(() => call(args, surroundings));
  before = called.catch(() => undefined);
  return called;
}

async function call(args: readonly string[], { folder, env }: Surroundings): Promise<Ended> {
  const outside = { folder: process.cwd(), env: process.env };
  const printed = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const { write } = process[name];
    process[name].write = (chunk: string | Uint8Array) => {
      printed[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      return true;
    };
    return () => void (process[name].write = write);
  });
  process.chdir(folder);
  process.env = env;
  try {
    const code = await runCli(args);
    return { code, ...printed };
  } finally {
    process.env = outside.env;
    process.chdir(outside.folder);
    for (const one of restore) one();
  }
}
