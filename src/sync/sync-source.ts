import { forgetTerms } from "../catalogue/asked-terms.ts";
import type { CommitCounts } from "../catalogue/commit-listing.ts";
import { openCatalogue } from "../catalogue/open-catalogue.ts";
import type { RunCode } from "../catalogue/run-codes.ts";
import { forgetOldRuns, type RunKind, updateRun } from "../catalogue/runs.ts";
import { getSource } from "../catalogue/sources.ts";
import { stageListing } from "../catalogue/stage-listing.ts";
import type { Log } from "../log.ts";
import type { ImageProvider } from "../providers/provider.ts";
import { concludeListing } from "./conclude-listing.ts";
import type { ShrinkLimits } from "./judge-listing.ts";
import { createTally, listSource, notesOf } from "./list-source.ts";
import type { ListingMemory } from "./listing-memory.ts";
import { failureOf } from "./run-failure.ts";

/** How a sync of one source ended; the same stands in its run's row. */
export type SyncOutcome =
  | ({ readonly outcome: "complete"; readonly listed: number } & CommitCounts)
  | { readonly outcome: "refused" | "failed"; readonly code: RunCode; readonly reason: string };

export interface SyncProgress {
  readonly runId: number;
  /** The source that is listed: of a backend with another account than before, another one than was asked for. */
  readonly sourceId: number;
  /** Distinct images so far. */
  readonly listed: number;
  readonly phase: "listing" | "committing";
}

export interface SyncSourceOptions {
  readonly file: string;
  readonly runId: number;
  readonly kind?: RunKind;
  /** What a find asks for. */
  readonly term?: string | undefined;
  readonly sourceId: number;
  /** Those that can list the source, in the order to try; a further one is tried when credentials fail. */
  readonly providers: readonly ImageProvider[];
  readonly limits: ShrinkLimits;
  /** What earlier listings of the same process brought. */
  readonly memory?: ListingMemory;
  /** Days for which the journal of changes is kept. */
  readonly keepChanges?: number | undefined;
  readonly signal: AbortSignal;
  readonly now: () => string;
  readonly log: Log;
  readonly onProgress?: (progress: SyncProgress) => void;
}

const RUNS_KEPT = 500;

/**
 * Lists a source and makes the listing the catalogue: all of it, or none. The caller holds the source's lock.
 * Never throws for what the cloud did; that is the outcome. On a connection of its own, because the staged listing lives and dies with it.
 */
export async function syncSource(options: SyncSourceOptions): Promise<SyncOutcome> {
  using catalogue = openCatalogue(options.file, { mustExist: true });
  const source = getSource(catalogue, options.sourceId);
  updateRun(catalogue, options.runId, { state: "running", startedAt: options.now() });
  const tally = createTally();
  const startedAt = performance.now();
  let outcome: SyncOutcome;
  try {
    const stage = stageListing(catalogue, source);
    const version = await listSource(stage, tally, options);
    outcome = concludeListing(stage, source, tally, options);
    if (outcome.outcome === "complete" && isFull(options))
      options.memory?.remember(getSource(catalogue, options.sourceId), version);
  } catch (error) {
    outcome = failureOf(error, options.signal, options.file, source.key);
    if (outcome.code === "bug") options.log.error({ err: error }, "sync failed");
  }
  try {
    updateRun(catalogue, options.runId, { ...notesOf(tally), ...endOf(outcome, options.now()) });
    forgetOldRuns(catalogue, options.sourceId, options.kind ?? "full", RUNS_KEPT);
    if (outcome.outcome === "complete" && isFull(options))
      forgetTerms(catalogue, options.sourceId, tally.forgotten, options.now());
  } catch (error) {
    // A full disk has no room for this either: what was committed is, and who started the run is told.
    options.log.warn({ err: error, source: source.key }, "the end of a sync could not be recorded");
  }
  options.log.info(
    { source: source.key, ...outcome, ...notesOf(tally), seconds: (performance.now() - startedAt) / 1000 },
    "synced",
  );
  return outcome;
}

/** What the row of a run says that did not complete; of one that did, the commit noted it. */
function endOf(outcome: SyncOutcome, now: string): Parameters<typeof updateRun>[2] {
  if (outcome.outcome === "complete") return {};
  return { state: outcome.outcome, code: outcome.code, error: outcome.reason, finishedAt: now };
}

function isFull({ kind = "full" }: Pick<SyncSourceOptions, "kind">): boolean {
  return kind === "full";
}
