import type { MessagePort } from "node:worker_threads";
import type { IndexRow } from "../catalogue/index/indexed-image.ts";
import type { DerivedBody } from "./derive-body.ts";

/** What the second thread is started with. */
export interface SecondStart {
  /** Where built segments are put: who waits for them does so without an event loop. */
  readonly segments: MessagePort;
  /** Counts the messages at `segments`. */
  readonly count: Int32Array<SharedArrayBuffer>;
}

export type ToSecond =
  /** Answered by a ReadAnswer, in the order of questions. */
  | { readonly kind: "read"; readonly provider: string; readonly body: Uint8Array }
  /** Rows of the segment that is to be built next, best first; `size`: how many it will be. */
  | { readonly kind: "rows"; readonly size: number; readonly rows: readonly IndexRow[] };

/** Undefined: the body could not be read. */
export interface ReadAnswer {
  readonly page: DerivedBody | undefined;
}

/** A segment. Undefined: it could not be built. */
export interface SegmentAnswer {
  readonly segment: JoinedSegment | undefined;
}

/** A packed segment whose pages are one behind the other. */
export interface JoinedSegment {
  readonly size: number;
  readonly partBytes: readonly number[];
  readonly pages: readonly { readonly part: number; readonly page: number; readonly bytes: number }[];
  readonly data: Uint8Array<ArrayBuffer>;
}
