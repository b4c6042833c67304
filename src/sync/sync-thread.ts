import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log } from "../log.ts";
import type { RememberedListing } from "./listing-memory.ts";
import type { FromWorker, ToWorker, WorkerSettings, WorkerStart } from "./worker-messages.ts";
import { SYNC_LIMITS } from "./thread-limits.ts";

/** The thread that syncs: started with its first message, ended when it has nothing to do. */
export interface SyncThread extends AsyncDisposable {
  tell(message: ToWorker): void;
}

export interface SyncThreadOptions {
  readonly settings: WorkerSettings;
  readonly log: Log;
  readonly hear: (message: FromWorker) => void;
  /** The thread ended unexpectedly, and its work with it. */
  readonly lose: () => void;
}

export function createSyncThread({ settings, log, hear, lose }: SyncThreadOptions): SyncThread {
  const remembered = new Map<number, RememberedListing>();
  let worker: Worker | undefined;
  let told = 0;

  const start = (): Worker => {
    told = 0;
    const started = startWorker({ ...settings, remembered: [...remembered.values()] });
    started.on("message", (message: FromWorker) => {
      if (message.kind === "remember") remembered.set(message.listing.sourceId, message.listing);
      else if (message.kind !== "idle") hear(message);
      else if (started === worker && message.heard === told) rest(started);
    });
    return started.on("error", (error) => {
      log.error({ err: error }, "sync thread ended");
      if (started !== worker) return;
      worker = undefined;
      lose();
    });
  };
  const rest = (idle: Worker): void => {
    worker = undefined;
    log.debug("sync thread ended: nothing to do");
    // Errors while it ends are logged above.
    stop(idle).catch(() => undefined);
  };
  return {
    tell(message) {
      worker ??= start();
      told++;
      worker.postMessage(message);
    },
    async [Symbol.asyncDispose]() {
      if (worker) await stop(worker);
    },
  };
}

function startWorker(workerData: WorkerStart): Worker {
  const script = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);
  return new Worker(script, { workerData, resourceLimits: SYNC_LIMITS });
}

async function stop(worker: Worker): Promise<void> {
  const exited = once(worker, "exit");
  const message: ToWorker = { kind: "stop" };
  worker.postMessage(message);
  await exited;
}
