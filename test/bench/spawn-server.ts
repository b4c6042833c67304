import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { listeningUrl } from "../cli/run-imagedex.ts";
import { SECRET_KEY } from "../catalogue/seed.ts";
import { PROGRAM } from "../program.ts";

/** `imagedex serve`, as it is built and as `npm start` starts it, in a process of its own, over a catalogue that nothing syncs. */
export interface SpawnedServer extends AsyncDisposable {
  readonly url: string;
  readonly process: ChildProcess;
}

export async function spawnServer(file: string, env: Record<string, string> = {}): Promise<SpawnedServer> {
  const child = spawn(process.execPath, ["--v8-pool-size=1", "--max-semi-space-size=8", PROGRAM, "serve"], {
    env: {
      PATH: process.env["PATH"],
      IMAGEDEX_DATABASE: file,
      IMAGEDEX_PORT: "0",
      IMAGEDEX_SYNC_CRON: "0 0 1 1 *",
      IMAGEDEX_PROBE_INTERVAL: "0",
      IMAGEDEX_SECRET_KEY: SECRET_KEY,
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { url: await listeningUrl(child), process: child, [Symbol.asyncDispose]: () => stop(child) };
}

export async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill();
  await exited;
}
