import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { callImagedex } from "./call-imagedex.ts";
import { PROGRAM } from "../program.ts";

/** A folder of its own, where `imagedex` runs. */
export interface Workplace extends Disposable {
  readonly folder: string;
  readonly database: string;
  /** Runs a command to its end, in this process: a second sooner than in one of its own. One at a time. */
  run(args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  /** Runs a command to its end in a process of its own, as users do. */
  runAlone(args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  /** Starts a command that goes on. */
  start(args: readonly string[], env?: Record<string, string>): ChildProcess;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function createWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), "imagedex-cli-"));
  const database = join(folder, "imagedex.db");
  const envWith = (env: Record<string, string>): NodeJS.ProcessEnv => ({
    PATH: process.env["PATH"],
    IMAGEDEX_DATABASE: database,
    IMAGEDEX_PORT: "0",
    ...env,
  });
  const start = (args: readonly string[], env: Record<string, string> = {}): ChildProcess =>
    spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env: envWith(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    folder,
    database,
    start,
    run: (args, env = {}) => callImagedex(args, { folder, env: envWith(env) }),
    async runAlone(args, env) {
      const child = start(args, env);
      const [stdout, stderr] = [child.stdout, child.stderr].map((stream) =>
        stream ? text(stream) : Promise.resolve(""),
      );
      await once(child, "exit");
      return { code: child.exitCode, stdout: (await stdout) ?? "", stderr: (await stderr) ?? "" };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Reads a server's log until it says where it listens. */
export async function listeningUrl(child: ChildProcess): Promise<string> {
  let log = "";
  for await (const chunk of child.stderr ?? []) {
    log += String(chunk);
    const url = /"url":"([^"]+)"/.exec(log)?.[1];
    if (url) return url;
  }
  throw new Error(`the server ended before it listened: ${log}`);
}
