import { extname } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { PackedSegment, SegmentBuilder } from "../catalogue/index/pack-segment.ts";
import type { Log } from "../log.ts";
import type { SegmentAnswer, SegmentQuestion } from "./segment-messages.ts";
import { BUILDING_LIMITS } from "./thread-limits.ts";

/** Builds segments in a thread of its own, which ends with it. */
export interface SegmentThread extends SegmentBuilder, AsyncDisposable {}

/** A segment takes a second or two, on a busy machine ten times as long. One that is not there after this time is lost with its thread. */
const LOST_AFTER_MS = 120_000;

const SCRIPT = new URL(`./segment-worker${extname(import.meta.filename)}`, import.meta.url);

/** Started with its first segment. `script`: what it runs. */
export function createSegmentThread(log: Log, script = SCRIPT, lostAfter = LOST_AFTER_MS): SegmentThread {
  let worker: Worker | undefined;
  let isLost = false;
  const start = (): Worker => {
    const started = new Worker(script, { resourceLimits: BUILDING_LIMITS });
    return started.on("error", (error) => log.warn({ err: error }, "the second thread of a commit failed"));
  };
  return {
    begin(segment) {
      if (isLost) return { isDone: () => true, take: () => undefined };
      const { port1, port2 } = new MessageChannel();
      const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      const question: SegmentQuestion = { segment, port: port2, done };
      (worker ??= start()).postMessage(question, [port2]);
      const take = (): PackedSegment | undefined => {
        // The commit that waits is one piece: neither answers nor the thread's end would be heard meanwhile.
        const isDone = Atomics.wait(done, 0, 0, isLost ? 0 : lostAfter) !== "timed-out";
        const answer: SegmentAnswer | undefined = isDone ? receiveMessageOnPort(port1)?.message : undefined;
        port1.close();
        isLost ||= answer?.packed === undefined;
        if (!answer?.packed)
          log.warn({ isDone }, "the second thread of a commit built no segment; this one builds all");
        return answer?.packed;
      };
      return { isDone: () => Atomics.load(done, 0) === 1, take };
    },
    async [Symbol.asyncDispose]() {
      await worker?.terminate();
    },
  };
}
