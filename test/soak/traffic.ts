import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface TrafficSettings {
  readonly url: string;
  readonly backend: string;
  readonly connections: number;
  /** Each connection rests so long between two questions, on average. */
  readonly pauseMs: number;
}

export type Phase = "idle" | "sync";

export type ToTraffic = { readonly kind: "phase"; readonly phase: Phase } | { readonly kind: "stop" };

/** What the users saw. */
export interface TrafficReport {
  asked: number;
  /** Milliseconds, by phase and kind of question. */
  readonly latencies: { [phase: string]: { [what: string]: number[] } };
  /** How often, by what was wrong. */
  readonly wrong: { [what: string]: number };
  /** How often the server said that it turned an image's star, by path. */
  readonly toggles: { [path: string]: number };
  /** Paths of stars that were turned perhaps: the connection broke. */
  readonly untold: string[];
}

/** Users at work until they are told to stop. */
export interface Traffic {
  phase(phase: Phase): void;
  stop(): Promise<TrafficReport>;
}

export function startTraffic(settings: TrafficSettings): Traffic {
  const worker = new Worker(new URL("./traffic-worker.ts", import.meta.url), { workerData: settings });
  const report = once(worker, "message");
  const tell = (message: ToTraffic): void => worker.postMessage(message);
  return {
    phase: (phase) => tell({ kind: "phase", phase }),
    async stop() {
      tell({ kind: "stop" });
      const [seen]: TrafficReport[] = await report;
      if (!seen) throw new Error("the users said nothing");
      return seen;
    },
  };
}

/** The value that a share of all is at most; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}
