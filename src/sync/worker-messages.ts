import type { RunKind } from "../record/runs.ts";
import type { SecretKey } from "../catalogue/file/secret-key.ts";
import type { LogLevel } from "../log.ts";
import type { ProviderLimits } from "../providers/provider.ts";
import type { RememberedListing } from "./listing-memory.ts";
import type { ListingBounds } from "./listing-places.ts";
import type { SyncOutcome, SyncProgress } from "./sync-source-options.ts";

/** The settings of a server that is one of several nodes. */
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
  /** The bounds of listings under way, if not the default. */
  readonly listings?: Partial<ListingBounds> | undefined;
  /** Absent: the file is the record. */
  readonly node?: NodeSettings | undefined;
  /** A thread that was idle for so long offers to end. */
  readonly idleMs?: number | undefined;
}

/** The settings, and what earlier threads remember. */
export interface WorkerStart extends WorkerSettings {
  readonly remembered: readonly RememberedListing[];
}

/** A sync to do. */
export interface Sync {
  readonly kind: "sync";
  readonly runId: number;
  readonly sourceId: number;
  /** The source's. */
  readonly provider: string;
  readonly run: RunKind;
  /** The term of a find. */
  readonly term?: string;
  readonly acceptShrink: boolean;
}

export type ToWorker =
  | Sync
  /** See tidyCatalogue. */
  | { readonly kind: "tidy" }
  /** Give up the work under way and end. */
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "progress"; readonly progress: SyncProgress }
  /** The run has moved to another source. */
  | { readonly kind: "moved"; readonly runId: number; readonly sourceId: number }
  | { readonly kind: "end"; readonly runId: number; readonly outcome: SyncOutcome }
  /** The version of a listing, for the next thread. */
  | { readonly kind: "remember"; readonly listing: RememberedListing }
  /** The thread is idle after so many messages: it may be told to stop if no more were sent. */
  | { readonly kind: "idle"; readonly heard: number };
