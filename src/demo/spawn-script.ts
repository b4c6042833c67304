import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { CommandError } from "../errors.ts";

/** A script of the demo in a process of its own. */
export interface SpawnedScript extends AsyncDisposable {
  /** The line that it began with: where it listens. */
  readonly first: string;
  readonly stdin: Writable;
  readonly lines: AsyncIterator<string>;
}

/** Starts a script, which ends with its standard input; throws when it ends before it said anything. */
export async function spawnScript(script: URL, options: Readonly<Record<string, string>>): Promise<SpawnedScript> {
  const path = fileURLToPath(script);
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C in a terminal goes to a whole process group: this one ends after its parent, with its standard input.
    detached: true,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new CommandError(`the demo's ${path} ended before it listened`);
  return {
    first: first.value,
    stdin: child.stdin,
    lines,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await endChild(child, "SIGTERM");
    },
  };
}

/** What `read` makes of the first line that it knows; undefined when the output ends before. What comes later is dropped. */
export function findLine<T>(output: Readable, read: (line: string) => T | undefined): Promise<T | undefined> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: output });
    lines.on("line", (line) => {
      const found = read(line);
      if (found === undefined) return;
      resolve(found);
      lines.close();
      output.resume();
    });
    lines.on("close", () => resolve(undefined));
  });
}

/** Sends a signal to a process that has not ended, and resolves when it has. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
