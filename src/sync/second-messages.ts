import type { DerivedBody } from "./derive-body.ts";

/** A page to be read. Answered by a BodyAnswer, in the order of questions. */
export interface BodyQuestion {
  readonly provider: string;
  readonly body: Uint8Array;
}

export interface BodyAnswer {
  /** Undefined: the body could not be read. */
  readonly page: DerivedBody | undefined;
}
