import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { type PackedSegment, packSpooled, type SpooledSegment } from "../catalogue/index/pack-segment.ts";
import { nameSourceLines } from "../source-lines.ts";
import { SYNC_NICENESS } from "./niceness.ts";
import type { SegmentAnswer, SegmentQuestion } from "./segment-messages.ts";

/* The thread that builds a part of a large first listing's index, while the one that commits builds another. */

nameSourceLines();
if (process.platform === "linux") setPriority(SYNC_NICENESS);

parentPort?.on("message", ({ segment, port, done }: SegmentQuestion) => {
  const answer: SegmentAnswer = { packed: tryToPack(segment) };
  const buffers = new Set(answer.packed?.packed.map(({ data }) => data.buffer as ArrayBuffer));
  port.postMessage(answer, [...buffers]);
  port.close();
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});

/** What fails here is done again by the thread that asked, where it fails as it should. */
function tryToPack(segment: SpooledSegment): PackedSegment | undefined {
  try {
    return packSpooled(segment);
  } catch {
    return undefined;
  }
}
