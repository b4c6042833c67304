import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Filters } from "../catalogue/find-positions.ts";

/** How many images of each source are found. */
export interface CountQuestion {
  readonly sources: readonly { readonly id: number; readonly revision: number; readonly imageCount: number }[];
  /** See matchExpression. */
  readonly expression: string;
  readonly filters: Filters;
}

/** What the thread says to the question of this number. */
export interface CountAnswer {
  readonly id: number;
  readonly counts: number[] | undefined;
}

/** What the thread says: once that it can be asked, then answers. */
export type FromCounter = "ready" | CountAnswer;

/** Counts in a thread of its own, where a broad term's tens of milliseconds keep no answer waiting. */
export interface Counter extends AsyncDisposable {
  /**
   * The count of each source; undefined when whoever asks must count: few images, a thread that is only starting or
   * has too much to do, a catalogue that changed meanwhile.
   */
  count(question: CountQuestion): Promise<readonly number[] | undefined>;
}

/** Fewer images are counted in less time than a thread takes to be asked. */
const MIN_IMAGES = 30_000;
/** Questions that wait for the thread; with more of them, asking costs more than it saves. */
const MAX_WAITING = 64;
/** Memory of the thread beside SQLite's: it holds next to nothing. */
const HEAP_MB = 32;

/** After a thread failed, none is started for so long: what ails one may ail the next. */
const REST_MS = 60_000;

export function createCounter(file: string, minImages = MIN_IMAGES): Counter {
  const waiting = new Map<number, (counts: readonly number[] | undefined) => void>();
  let thread: Worker | undefined;
  let isReady = false;
  let restsUntil = 0;
  let asked = 0;

  const hear = (message: FromCounter): void => {
    if (message === "ready") {
      isReady = true;
      return;
    }
    waiting.get(message.id)?.(message.counts);
    waiting.delete(message.id);
    // Only a question under way keeps the process alive.
    if (waiting.size === 0) thread?.unref();
  };
  const end = (): void => {
    thread = undefined;
    isReady = false;
    restsUntil = performance.now() + REST_MS;
    for (const answer of waiting.values()) answer(undefined);
    waiting.clear();
  };
  const start = (): Worker => {
    const script = new URL(`./count-thread${extname(import.meta.filename)}`, import.meta.url);
    const worker = new Worker(script, { workerData: file, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    worker.unref();
    return worker.on("message", hear).once("error", end).once("exit", end);
  };

  return {
    async count({ sources, expression, filters }) {
      const images = sources.reduce((sum, { imageCount }) => sum + imageCount, 0);
      if (images < minImages || waiting.size >= MAX_WAITING || performance.now() < restsUntil) return undefined;
      thread ??= start();
      if (!isReady) return undefined;
      thread.ref();
      const id = asked++;
      thread.postMessage({ id, sources, expression, filters });
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    async [Symbol.asyncDispose]() {
      await thread?.terminate();
    },
  };
}
