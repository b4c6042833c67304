import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log, LogLevel } from "../../log.ts";
import type { NodeSettings } from "../worker-messages.ts";
import type { FollowNews, FollowTuning } from "./follower.ts";

/** What the following thread is started with. */
export interface FollowStart extends NodeSettings {
  readonly file: string;
  readonly logLevel: LogLevel;
  readonly tuning?: Partial<FollowTuning> | undefined;
}

const RESTART_MS = 1_000;

/** Follows in a thread of its own, which is started again if it should end. */
export function startFollowThread(start: FollowStart, log: Log, hear: (news: FollowNews) => void): AsyncDisposable {
  let isEnding = false;
  let worker: Worker | undefined;
  let restart: NodeJS.Timeout | undefined;
  const begin = (): void => {
    const script = new URL(`./follow-worker${extname(import.meta.filename)}`, import.meta.url);
    worker = new Worker(script, { workerData: start });
    worker.on("message", hear);
    worker.on("error", (error) => {
      log.error({ err: error }, "following thread ended");
      worker = undefined;
      if (!isEnding) restart = setTimeout(begin, RESTART_MS);
    });
  };
  begin();
  return {
    async [Symbol.asyncDispose]() {
      isEnding = true;
      clearTimeout(restart);
      if (!worker) return;
      const exited = once(worker, "exit");
      worker.postMessage("end");
      await exited;
    },
  };
}
