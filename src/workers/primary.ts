import cluster, { type Worker } from "node:cluster";
import { CommandError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createHub, type Hub, type HubOptions } from "./hub.ts";
import { createChannel, type Channel, type ChannelMessage } from "./channel.ts";
import { createRestDelay } from "./rest-delay.ts";
import { STOP } from "./topics.ts";

/** The workers of a server. The process that started them only starts them again, counts for them and passes on what they say. */
export interface Workers {
  /** Where they listen. */
  readonly url: string;
  /** Resolves if a worker says that the settings are wrong: nothing can be answered until a person corrects them. */
  readonly refused: Promise<"refused">;
  /** Lets all workers end in order, and resolves when none is left. Those that take too long are killed. */
  stop(): Promise<void>;
  /** Ends all workers at once. */
  kill(): void;
}

export interface PrimaryOptions extends HubOptions {
  readonly log: Log;
}

/** The exit code of wrong use or settings, which another start does not mend. */
export const WRONG_SETTINGS = 2;
/** Longer than answers, webhooks and the sync thread may take to end, and shorter than systemd waits. */
const STOP_MS = 25_000;

interface Crewed extends Omit<HubOptions, "addUp"> {
  readonly hub: Hub;
  readonly log: Log;
  readonly living: Map<number, Living>;
  /** Workers that rest before they are started again. */
  readonly resting: Set<NodeJS.Timeout>;
  readonly refused: PromiseWithResolvers<"refused">;
  isStopping: boolean;
}

interface Living {
  readonly worker: Worker;
  readonly channel: Channel;
  readonly exited: Promise<void>;
}

/**
 * Starts this program so many more times as workers, which share a port and a file. The first is listening before the others
 * begin, since it makes and migrates the file. Throws `CommandError` if one ends before it listens; resolves to "refused" if it
 * said on standard error which settings are wrong.
 */
export async function startWorkers({ workers, addUp, log }: PrimaryOptions): Promise<Workers | "refused"> {
  // Connections in turn, on every system: the kernel would give one process most of them.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const refused = Promise.withResolvers<"refused">();
  const hub = createHub({ workers, addUp });
  const crewed: Crewed = { workers, hub, log, living: new Map(), resting: new Set(), refused, isStopping: false };
  const kill = (): void => {
    startNoMore(crewed);
    for (const { worker } of crewed.living.values()) worker.process.kill("SIGKILL");
  };
  try {
    const url = await Promise.race([begin(crewed, 1), refused.promise]);
    if (url === "refused") return url;
    const rest = Array.from({ length: workers - 1 }, (_, at) => begin(crewed, at + 2));
    await Promise.race([Promise.all(rest), refused.promise]);
    return { url, refused: refused.promise, stop: () => stop(crewed, kill), kill };
  } catch (error) {
    kill();
    throw error;
  }
}

/** Starts a worker, and again whenever it ends. Resolves to its address when it listens for the first time. */
async function begin(crewed: Crewed, number: number): Promise<string> {
  const rest = createRestDelay();
  const ready = Promise.withResolvers<string>();
  let isReady = false;
  const start = (): void => {
    const startedAt = performance.now();
    fork(crewed, number, {
      onReady: (url) => {
        isReady = true;
        ready.resolve(url);
      },
      onExit(code, signal) {
        if (crewed.isStopping) return;
        if (code === WRONG_SETTINGS) return crewed.refused.resolve("refused");
        const how = signal ?? `exit code ${code}`;
        if (!isReady) return ready.reject(new CommandError(`worker ${number} ended before it listened (${how})`));
        const restMs = rest.after(performance.now() - startedAt);
        crewed.log.warn({ worker: number, how, again_in_ms: restMs }, "worker ended");
        const timer = setTimeout(() => {
          crewed.resting.delete(timer);
          start();
        }, restMs);
        crewed.resting.add(timer);
      },
    });
  };
  start();
  return ready.promise;
}

interface Events {
  readonly onReady: (url: string) => void;
  readonly onExit: (code: number | null, signal: string | null) => void;
}

function fork({ hub, living }: Crewed, number: number, { onReady, onExit }: Events): void {
  const worker = cluster.fork();
  const channel = createChannel((messages) => {
    // One that has ended hears nothing; its exit says so.
    if (worker.isConnected()) worker.process.send(messages, undefined, undefined, () => undefined);
  });
  const exited = Promise.withResolvers<void>();
  living.set(number, { worker, channel, exited: exited.promise });
  hub.connect(number, channel, onReady);
  worker.on("message", (messages: readonly ChannelMessage[]) => channel.hear(messages));
  // A channel that broke; the exit follows.
  worker.on("error", () => undefined);
  worker.once("exit", (code: number | null, signal: string | null) => {
    living.delete(number);
    hub.leave(number);
    exited.resolve();
    onExit(code, signal);
  });
}

function startNoMore(crewed: Crewed): void {
  crewed.isStopping = true;
  for (const timer of crewed.resting) clearTimeout(timer);
}

async function stop(crewed: Crewed, kill: () => void): Promise<void> {
  startNoMore(crewed);
  const left = [...crewed.living.values()];
  for (const { channel } of left) channel.tell(STOP, null);
  const patience = setTimeout(() => {
    crewed.log.warn({ workers: [...crewed.living.keys()] }, "workers did not end in time and are killed");
    kill();
  }, STOP_MS);
  await Promise.all(left.map(({ exited }) => exited));
  clearTimeout(patience);
}
