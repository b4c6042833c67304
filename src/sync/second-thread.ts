import { extname } from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { PackedSegment, SegmentWorkshop } from "../catalogue/index/pack-segment.ts";
import type { Log } from "../log.ts";
import type { DerivedBody } from "./derive-body.ts";
import type { JoinedSegment, ReadAnswer, SecondStart, SegmentAnswer, ToSecond } from "./second-messages.ts";

/**
 * Does a part of a large listing's work. It holds nothing that would be lost with it: whatever it does not deliver, its caller does
 * itself.
 */
export interface SecondThread extends AsyncDisposable {
  /** Reads the body of a provider's page; undefined where that fails. */
  read(provider: string, body: Uint8Array): Promise<DerivedBody | undefined>;
  readonly workshop: SegmentWorkshop;
}

/** In MB: less than the first thread has, since what it makes is given away at once. */
const YOUNG_GENERATION = 12;

/** Gives `work` a second thread, which ends with it. */
export async function withSecondThread<T>(log: Log, work: (second: SecondThread) => Promise<T>): Promise<T> {
  await using second = createSecondThread({ log });
  return await work(second);
}

export interface SecondThreadOptions {
  readonly log: Log;
  /** How long a segment may take, in ms. */
  readonly patienceMs?: number;
  /** What the thread runs. */
  readonly script?: URL;
}

/** Started with its first work. */
export function createSecondThread({ log, patienceMs, script = SCRIPT }: SecondThreadOptions): SecondThread {
  let worker: Worker | undefined;
  let isLost = false;
  const { port1: segments, port2: theirs } = new MessageChannel();
  const count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const questions: ((page: DerivedBody | undefined) => void)[] = [];
  const lose = (): void => {
    isLost = true;
    for (const answer of questions.splice(0)) answer(undefined);
  };
  const start = (): Worker => {
    const started = startWorker(script, { segments: theirs, count });
    started.on("message", ({ page }: ReadAnswer) => questions.shift()?.(page));
    started.on("error", (error) => log.warn({ err: error }, "second thread of a sync failed"));
    return started.on("exit", lose);
  };
  const tell = (message: ToSecond): void => (worker ??= start()).postMessage(message);
  return {
    read(provider, body) {
      if (isLost) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        questions.push(resolve);
        tell({ kind: "read", provider, body });
      });
    },
    workshop: createWorkshop({ segments, count, tell, patienceMs }),
    async [Symbol.asyncDispose]() {
      segments.close();
      theirs.close();
      await worker?.terminate();
    },
  };
}

const SCRIPT = new URL(`./second-worker${extname(import.meta.filename)}`, import.meta.url);

function startWorker(script: URL, workerData: SecondStart): Worker {
  return new Worker(script, {
    workerData,
    transferList: [workerData.segments],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
  });
}

/** A segment takes some seconds. A thread that is gone says nothing to one without an event loop. */
const PATIENCE_MS = 60_000;

interface Bench {
  readonly segments: MessagePort;
  readonly count: Int32Array<SharedArrayBuffer>;
  readonly tell: (message: ToSecond) => void;
  readonly patienceMs: number | undefined;
}

function createWorkshop({ segments, count, tell, patienceMs = PATIENCE_MS }: Bench): SegmentWorkshop {
  let begun = 0;
  let isLost = false;
  return {
    begin(size) {
      const before = begun++;
      return {
        add(rows) {
          if (!isLost && rows.length > 0) tell({ kind: "rows", size, rows });
        },
        done() {
          if (!isLost) isLost = Atomics.wait(count, 0, before, patienceMs) === "timed-out";
          const built = isLost ? undefined : receive(segments)?.segment;
          return built && split(built);
        },
      };
    },
  };
}

function receive(port: MessagePort): SegmentAnswer | undefined {
  const received: { readonly message: SegmentAnswer } | undefined = receiveMessageOnPort(port);
  return received?.message;
}

function split({ size, partBytes, pages, data }: JoinedSegment): PackedSegment {
  let at = 0;
  const packed = pages.map(({ part, page, bytes }) => {
    const from = at;
    at += bytes;
    return { part, page, data: Buffer.from(data.buffer, from, bytes) };
  });
  return { size, partBytes, packed };
}
