import type { RunKind } from "../record/runs.ts";
import type { SecretKey } from "../catalogue/file/secret-key.ts";
import type { LogLevel } from "../log.ts";
import type { ProviderLimits } from "../providers/provider.ts";
import type { RememberedListing } from "./listing-memory.ts";
import type { ListingBounds } from "./listing-places.ts";
import type { SyncOutcome, SyncProgress } from "./sync-source-options.ts";

/** Where a server is a node of several. */
export interface NodeSettings {
  /** Of the record. */
  readonly url: string;
  /** The newest format of the record that this release knows. */
  readonly format: number;
}

/** What the sync thread is started with. */
export interface WorkerSettings {
  readonly file: string;
  readonly secretKey: SecretKey;
  readonly limits: ProviderLimits;
  readonly maxShrink: number;
  /** Days for which the journal of changes is kept. */
  readonly keepChanges: number;
  /** Days for which retired images are kept. */
  readonly keepRetired: number;
  readonly logLevel: LogLevel;
  /** A listing that takes longer than this is given up. */
  readonly deadlineMs: number;
  /** Where the bounds of listings under way are others than usual. */
  readonly listings?: Partial<ListingBounds> | undefined;
  /** Absent: the file is the record. */
  readonly node?: NodeSettings | undefined;
  /** A thread that had nothing to do for so long offers to end. */
  readonly idleMs?: number | undefined;
}

/** The same, and what the threads before it remember. */
export interface WorkerStart extends WorkerSettings {
  readonly remembered: readonly RememberedListing[];
}

/** What is to be synced. */
export interface Sync {
  readonly kind: "sync";
  readonly runId: number;
  readonly sourceId: number;
  /** The source's. */
  readonly provider: string;
  readonly run: RunKind;
  /** What a find asks for. */
  readonly term?: string;
  readonly acceptShrink: boolean;
}

export type ToWorker =
  | Sync
  /** Remove what no backend shows any more, and images that were retired long ago; derive anew what an older release derived. */
  | { readonly kind: "tidy" }
  /** Give up what is under way and end. */
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "progress"; readonly progress: SyncProgress }
  /** The run is another source's from now on. */
  | { readonly kind: "moved"; readonly runId: number; readonly sourceId: number }
  | { readonly kind: "end"; readonly runId: number; readonly outcome: SyncOutcome }
  /** Of a listing, for the thread that comes after this one. */
  | { readonly kind: "remember"; readonly listing: RememberedListing }
  /** There is nothing to do, having heard so many messages: the thread may be told to stop if there were no more. */
  | { readonly kind: "idle"; readonly heard: number };
