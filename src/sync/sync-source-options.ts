import type { CommitCounts, CommitOptions } from "../catalogue/listing/commit-listing.ts";
import type { ListingStage } from "../catalogue/listing/stage-listing.ts";
import type { RunCode } from "../catalogue/file/run-codes.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import type { Record } from "../record/record.ts";
import type { RunKind } from "../record/runs.ts";
import type { Log } from "../log.ts";
import type { ImageProvider } from "../providers/provider.ts";
import type { ShrinkLimits } from "./judge-listing.ts";
import type { ListingMemory } from "./listing-memory.ts";

/** How a sync of one source ended, as its run's row says. */
export type SyncOutcome =
  | ({ readonly outcome: "complete"; readonly listed: number } & CommitCounts)
  | { readonly outcome: "refused" | "failed"; readonly code: RunCode; readonly reason: string };

export interface SyncProgress {
  readonly runId: number;
  /** The listed source. It is not the requested one if the backend's credentials now belong to another account. */
  readonly sourceId: number;
  /** Distinct images so far. */
  readonly listed: number;
  readonly phase: "listing" | "committing";
}

/** How listings are committed where the file follows a record. */
export interface ListingStore {
  /** A connection to the file for one listing. */
  open(): Catalogue;
  commit(stage: ListingStage, options: CommitOptions): Promise<CommitCounts>;
  /** Removes the sources that no backend shows any more; resolves to their number. */
  prune(): Promise<number>;
  /** Removes images that were retired more than so many days ago; resolves to their number. */
  forget(now: string, days: number): Promise<number>;
  /** How often a run's row says how far it is. */
  readonly progressEveryMs: number;
}

/** Makes the record for a connection of one's own. */
export type RecordOf = (catalogue: Catalogue) => Record;

export interface SyncSourceOptions {
  readonly file: string;
  readonly recordOf: RecordOf;
  /** Absent: the file is the record. */
  readonly store?: ListingStore | undefined;
  readonly runId: number;
  readonly kind?: RunKind;
  /** The term of a find. */
  readonly term?: string | undefined;
  readonly sourceId: number;
  /** Those that can list the source, in the order to try; a further one is tried when credentials fail. */
  readonly providers: readonly ImageProvider[];
  readonly limits: ShrinkLimits;
  /** The versions that earlier listings of this process had. */
  readonly memory?: ListingMemory;
  /** Days for which the journal of changes is kept. */
  readonly keepChanges?: number | undefined;
  readonly signal: AbortSignal;
  readonly now: () => string;
  readonly log: Log;
  readonly onProgress?: (progress: SyncProgress) => void;
}
