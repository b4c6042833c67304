import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { createSegmentPacker, type PackedSegment, type SegmentPacker } from "../catalogue/index/pack-segment.ts";
import { nameSourceLines } from "../source-lines.ts";
import { createBodyDeriver, type DerivedBody } from "./derive-body.ts";
import { SYNC_NICENESS } from "./niceness.ts";
import type { JoinedSegment, ReadAnswer, SecondStart, SegmentAnswer, ToSecond } from "./second-messages.ts";

/* The second thread of a large first listing: reads pages while the first one asks and stages, builds segments while that does too. */

nameSourceLines();
const { segments, count }: SecondStart = workerData;
const derivers = new Map<string, (body: Uint8Array) => DerivedBody>();
let packing: { packer: SegmentPacker; left: number } | undefined;

if (process.platform === "linux") setPriority(SYNC_NICENESS);

parentPort?.on("message", (message: ToSecond) => {
  if (message.kind === "read") answerRead({ page: attempt(() => deriverOf(message.provider)(message.body)) });
  else takeRows(message);
});

function deriverOf(provider: string): (body: Uint8Array) => DerivedBody {
  const known = derivers.get(provider) ?? createBodyDeriver(provider);
  derivers.set(provider, known);
  return known;
}

function answerRead(answer: ReadAnswer): void {
  parentPort?.postMessage(answer);
}

function takeRows({ size, rows }: ToSecond & { readonly kind: "rows" }): void {
  packing ??= { packer: createSegmentPacker(size), left: size };
  const { packer } = packing;
  const left = packing.left - rows.length;
  packing = left > 0 ? { packer, left } : undefined;
  for (const row of rows) packer.add(row);
  if (left <= 0) answerSegment(attempt(() => join(packer.done())));
}

function answerSegment(segment: JoinedSegment | undefined): void {
  const answer: SegmentAnswer = { segment };
  segments.postMessage(answer, segment ? [segment.data.buffer] : []);
  Atomics.add(count, 0, 1);
  Atomics.notify(count, 0);
}

function join({ size, partBytes, packed }: PackedSegment): JoinedSegment {
  const data = new Uint8Array(packed.reduce((sum, { data: { length } }) => sum + length, 0));
  let at = 0;
  for (const page of packed) {
    data.set(page.data, at);
    at += page.data.length;
  }
  const pages = packed.map(({ part, page, data: { length } }) => ({ part, page, bytes: length }));
  return { size, partBytes, pages, data };
}

/** Whatever fails here is done again by the first thread, where it fails as it should. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
