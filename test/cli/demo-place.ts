import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempDisposableSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT } from "../program.ts";

/** A process that goes on. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly stderr: Promise<string>;
  /** Resolves once it said this. */
  says(words: string): Promise<void>;
  /** All that it printed. */
  said(): string;
  /** Of its EC2. */
  url(): string;
}

/** Where demos run, and leave what they leave. */
export interface Place extends Disposable {
  readonly folder: string;
  readonly cwd: string;
  start(command: string, args: readonly string[]): Running;
  /** The folders of demos. */
  demos(): string[];
}

export function createPlace(): Place {
  const folder = mkdtempDisposableSync(join(tmpdir(), "imagedex-demos-"));
  const cwd = join(folder.path, "cwd");
  // Another user's PostgreSQL is in there.
  chmodSync(folder.path, 0o711);
  mkdirSync(cwd);
  const started: ChildProcess[] = [];
  return {
    folder: folder.path,
    cwd,
    start(command, args) {
      const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
      const env = { PATH, HOME: cwd, TMPDIR: folder.path, IMAGEDEX_PORT: "0" };
      const child = spawn(command, args, {
        cwd: command === "npm" ? ROOT : cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      started.push(child);
      return follow(child);
    },
    demos: () => readdirSync(folder.path).filter((name) => name.startsWith("imagedex-") && name.includes("demo")),
    [Symbol.dispose]() {
      for (const { pid, exitCode, signalCode } of started)
        if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
      folder.remove();
    },
  };
}

function follow(child: ChildProcess): Running {
  let said = "";
  const stderr = child.stderr ? text(child.stderr) : Promise.resolve("");
  const over = once(child, "close").then(async () => {
    throw new Error(`it ended: ${said}${await stderr}`);
  });
  over.catch(() => undefined);
  child.stdout?.on("data", (chunk) => (said += String(chunk)));
  return {
    pid: child.pid ?? 0,
    ended: once(child, "exit").then(([code, signal]) => ({ code, signal })),
    stderr,
    async says(words) {
      while (!said.includes(words)) await Promise.race([once(child.stdout ?? child, "data"), over]);
    },
    said: () => said,
    url: () => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "",
  };
}
