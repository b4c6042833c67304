import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createWorkplace } from "../cli/run-imagedex.ts";

/** `imagedex serve` as a process of its own, and what its log and the system say of it. */
export interface SoakServer extends AsyncDisposable {
  readonly url: string;
  /** Lines of the log that are errors. */
  readonly complaints: string[];
  /** Resident memory, in MB. */
  rss(): number;
  /** Tells it to end; its exit code. */
  stop(): Promise<number | null>;
}

const ERROR_LEVEL = 50;

export async function startServer(): Promise<SoakServer> {
  const place = createWorkplace();
  const child = place.start(["serve"], {
    IMAGEDEX_SYNC_CRON: "0 0 1 1 *",
    IMAGEDEX_PROBE_INTERVAL: "0",
    IMAGEDEX_SECRET_KEY: "k".repeat(32),
  });
  child.stdout?.resume();
  const complaints: string[] = [];
  const listening = Promise.withResolvers<string>();
  createInterface({ input: child.stderr ?? process.stdin }).on("line", (line) => {
    const entry = readLine(line);
    if (entry.url !== undefined) listening.resolve(entry.url);
    if (entry.level >= ERROR_LEVEL) complaints.push(line);
  });
  child.once("exit", (code) => listening.reject(new Error(`the server ended with ${code}: ${complaints.join("\n")}`)));
  return {
    url: await listening.promise,
    complaints,
    rss: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })) / 1024,
    stop: () => end(child, "SIGTERM"),
    async [Symbol.asyncDispose]() {
      await end(child, "SIGKILL");
      place[Symbol.dispose]();
    },
  };
}

function readLine(line: string): { level: number; url?: string } {
  try {
    return JSON.parse(line);
  } catch {
    return { level: ERROR_LEVEL };
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}
