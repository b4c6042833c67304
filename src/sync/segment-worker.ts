import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { Collected } from "../catalogue/index/collect-tokens.ts";
import { packCollected, type PackedSegment } from "../catalogue/index/pack-segment.ts";
import { nameSourceLines } from "../source-lines.ts";
import { SYNC_NICENESS } from "./niceness.ts";
import type { SegmentAnswer, SegmentQuestion } from "./segment-messages.ts";

/* The thread that builds a part of a large first listing's index, while the one that commits builds another. */

nameSourceLines();
if (process.platform === "linux") setPriority(SYNC_NICENESS);

parentPort?.on("message", (question: SegmentQuestion) => {
  const { port, done } = question;
  const answer: SegmentAnswer = { segment: tryToPack(question) };
  const buffers = new Set(answer.segment?.packed.map(({ data }) => data.buffer as ArrayBuffer));
  port.postMessage(answer, [...buffers]);
  port.close();
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});

/** What fails here is done again by the thread that asked, where it fails as it should. */
function tryToPack(question: SegmentQuestion): PackedSegment | undefined {
  try {
    return packCollected(() => takeCollected(question));
  } catch {
    return undefined;
  }
}

function takeCollected(question: SegmentQuestion): Collected {
  const { collected } = question;
  if (!collected) throw new Error("a question without images");
  question.collected = undefined;
  return collected;
}
