import type { MessagePort } from "node:worker_threads";
import type { Collected } from "../catalogue/index/collect-tokens.ts";
import type { PackedSegment } from "../catalogue/index/pack-segment.ts";

/** A segment to be built. */
export interface SegmentQuestion {
  /** Taken out by who builds it, so that its memory is free again. */
  collected: Collected | undefined;
  /** Takes the answer. */
  readonly port: MessagePort;
  /** One element, which becomes 1 once the answer is there: who waits for it has no turn of its event loop. */
  readonly done: Int32Array<SharedArrayBuffer>;
}

export interface SegmentAnswer {
  /** Undefined: it could not be built. */
  readonly segment: PackedSegment | undefined;
}
