import type { MessagePort } from "node:worker_threads";
import type { PackedSegment, SpooledSegment } from "../catalogue/index/pack-segment.ts";

/** A segment to be built. */
export interface SegmentQuestion {
  readonly segment: SpooledSegment;
  /** Takes the answer. */
  readonly port: MessagePort;
  /** One element, which becomes 1 once the answer is there: who waits for it has no turn of its event loop. */
  readonly done: Int32Array<SharedArrayBuffer>;
}

export interface SegmentAnswer {
  /** Undefined: it could not be built. */
  readonly packed: PackedSegment | undefined;
}
