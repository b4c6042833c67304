import type { SyncEvent } from "../sync/sync-listeners.ts";
import type { RunKind } from "../record/runs.ts";
import { nameTopic } from "./channel.ts";

/** What a worker and the primary have to say to each other. */

/** A worker begins; it is told which it is. */
export const JOIN = nameTopic<null, Membership>("join");
/** A worker listens, at this address. */
export const READY = nameTopic<{ readonly url: string }>("ready");
/** The primary wants a worker to end in order. */
export const STOP = nameTopic<null>("stop");
/** A question for the worker that syncs. */
export const TO_FIRST = nameTopic<Passed, string>("to-first");
/** News for every other worker. */
export const TO_OTHERS = nameTopic<Passed>("to-others");
/** The worker that syncs has ended. */
export const FIRST_LOST = nameTopic<null>("first-lost");

export const COUNT = nameTopic<Counting, Counted>("count");
/** A request that does not count, after all. */
export const UNCOUNT = nameTopic<Counting>("uncount");
/** Takes a place; the answer is its number, for `LEAVE`. */
export const TAKE_PLACE = nameTopic<WantedPlace, number>("take-place");
export const LEAVE_PLACE = nameTopic<number>("leave-place");
/** A session that ended: answered when all workers know. */
export const END_SESSION = nameTopic<string>("end-session");
/** All that workers measure of themselves; the body is the asker's own. */
export const ALL_MEASURED = nameTopic<string, Measurements>("all-measured");
export const MEASURED = nameTopic<null, string>("measured");

export const START_SYNC = nameTopic<WantedSync, StartedSync>("start-sync");
export const FIND_TERM = nameTopic<WantedFind, number | null>("find-term");
export const TIDY = nameTopic<null>("tidy");
export const SYNC_NEWS = nameTopic<SyncEvent>("sync-news");

interface Membership {
  /** 1: the worker that syncs. */
  readonly number: number;
  readonly workers: number;
  /** Sessions that have ended. */
  readonly endedSessions: readonly string[];
}

/** A topic's name and its body as JSON. */
interface Passed {
  readonly name: string;
  readonly text: string;
}

export type CountedThing = "requests" | "log-ins";

interface Counting {
  readonly what: CountedThing;
  readonly key: string;
}

interface Counted {
  readonly totalHits: number;
  /** Milliseconds until the window ends. */
  readonly endsInMs: number;
}

export type PlaceKind = "lists" | "listeners" | "answers";

interface WantedPlace {
  readonly kind: PlaceKind;
  readonly holder: string;
  /** The most places of one holder; null: any number. */
  readonly most: number | null;
}

/** JSON of `getMetricsAsJSON`, by the number of the worker; `departed`: of workers that ended, added up. */
export interface Measurements {
  readonly workers: readonly { readonly number: number; readonly measured: string }[];
  readonly departed: readonly string[];
}

interface WantedSync {
  readonly backend: string;
  readonly kind: Exclude<RunKind, "find">;
  readonly acceptShrink: boolean;
  /** Ids of sources; null: all of the backend's. */
  readonly only: readonly number[] | null;
}

interface StartedSync {
  /** The runs' ids, the newest first. */
  readonly runs: readonly number[];
  readonly isNew: boolean;
}

interface WantedFind {
  readonly sourceId: number;
  readonly term: string;
}
