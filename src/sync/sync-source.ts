import { type AskedTerm, forgetTerms } from "../catalogue/asked-terms.ts";
import { commitListing, type CommitCounts } from "../catalogue/commit-listing.ts";
import { explain, isOfTheDisk, openCatalogue } from "../catalogue/open-catalogue.ts";
import { forgetOldRuns, type RunKind, updateRun } from "../catalogue/runs.ts";
import { getSource } from "../catalogue/sources.ts";
import { type ListingStage, stageListing } from "../catalogue/stage-listing.ts";
import { ProviderError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ImageProvider, SourceDescription } from "../providers/provider.ts";
import type { ListingMemory } from "./listing-memory.ts";
import { judgeListing, type ShrinkLimits } from "./judge-listing.ts";
import { openListing } from "./open-listing.ts";

/** How a sync of one source ended; the same stands in its run's row. */
export type SyncOutcome =
  | ({ readonly outcome: "complete"; readonly listed: number } & CommitCounts)
  | { readonly outcome: "refused" | "failed"; readonly reason: string };

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

/** Rows of progress are written this often, so that other processes can follow. */
const PROGRESS_EVERY_MS = 1_000;
const RUNS_KEPT = 500;

/**
 * Lists a source and makes the listing the catalogue: all of it, or none. The caller holds the source's lock.
 * Never throws for what the cloud did; that is the outcome. On a connection of its own, because the staged listing lives and dies with it.
 */
export async function syncSource(options: SyncSourceOptions): Promise<SyncOutcome> {
  using catalogue = openCatalogue(options.file);
  const source = getSource(catalogue, options.sourceId);
  updateRun(catalogue, options.runId, { state: "running", startedAt: options.now() });
  const tally: Tally = { rejected: 0, upstreamCalls: 0, warning: null, forgotten: [] };
  let version: string | undefined;
  const startedAt = performance.now();
  let outcome: SyncOutcome;
  try {
    const stage = stageListing(catalogue, source);
    version = await listInto(stage, tally, options);
    // Before the commit: whoever sees the run complete sees what it warned of.
    updateRun(catalogue, options.runId, notesOf(tally));
    outcome = conclude(stage, source.key, tally.forgotten, options);
    if (outcome.outcome === "complete" && isFull(options))
      options.memory?.remember(getSource(catalogue, options.sourceId), version);
  } catch (error) {
    // Why it was told to stop says more than that it was.
    const cause: unknown = options.signal.aborted ? options.signal.reason : error;
    outcome = { outcome: "failed", reason: reasonOf(cause, source.key, options.file) };
    const isExplained = error instanceof ProviderError || isOfTheDisk(error) || options.signal.aborted;
    if (!isExplained) options.log.error({ err: error }, "sync broke");
  }
  try {
    updateRun(catalogue, options.runId, {
      ...notesOf(tally),
      ...(outcome.outcome !== "complete"
        ? { state: outcome.outcome, error: outcome.reason, finishedAt: options.now() }
        : {}),
    });
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

interface Tally {
  rejected: number;
  upstreamCalls: number;
  warning: string | null;
  /** Terms whose images the listing left out because nobody asked for them any more. */
  forgotten: readonly AskedTerm[];
}

/** What a run's row says of it. */
function notesOf({ rejected, upstreamCalls, warning }: Tally): Omit<Tally, "forgotten"> {
  return { rejected, upstreamCalls, warning };
}

function isFull({ kind = "full" }: Pick<SyncSourceOptions, "kind">): boolean {
  return kind === "full";
}

/**
 * Stages the listing of the first provider that can list; the next one is asked only when credentials fail. Answers the
 * listing's version, if it has one.
 */
async function listInto(stage: ListingStage, tally: Tally, options: SyncSourceOptions): Promise<string | undefined> {
  const { place, scope } = getSource(stage.catalogue, stage.sourceId);
  let refusal: unknown = new Error("no enabled backend shows this source");
  for (const provider of options.providers) {
    const source = provider.sources.find((described) => described.key === place && described.scope === scope);
    if (!source) continue;
    try {
      return await listWith(provider, source, stage, tally, options);
    } catch (error) {
      refusal = error;
      const isRefusal =
        error instanceof ProviderError && (error.reason === "credentials" || error.reason === "forbidden");
      if (!isRefusal || stage.listed() > 0) throw error;
    }
  }
  throw refusal;
}

async function listWith(
  provider: ImageProvider,
  source: SourceDescription,
  stage: ListingStage,
  tally: Tally,
  options: SyncSourceOptions,
): Promise<string | undefined> {
  const { signal, log, runId, onProgress } = options;
  const known = await findUnchanged(provider, source, stage, tally, options);
  if (known !== undefined) return known;
  let version: string | undefined;
  let reportedAt = performance.now();
  const { pages, forgotten } = openListing(provider, source, stage, options);
  tally.forgotten = forgotten;
  for await (const page of pages) {
    stage.add(page.images);
    tally.rejected += page.rejected.length;
    tally.upstreamCalls += page.calls;
    tally.warning = page.warning ?? tally.warning;
    version = page.version;
    const [example] = page.rejected;
    if (example) log.warn({ rejected: page.rejected.length, reason: example.reason }, "unreadable images");
    onProgress?.({ runId, sourceId: stage.sourceId, listed: stage.listed(), phase: "listing" });
    if (performance.now() - reportedAt > PROGRESS_EVERY_MS) {
      reportedAt = performance.now();
      updateRun(stage.catalogue, runId, { listed: stage.listed(), ...notesOf(tally) });
    }
  }
  signal.throwIfAborted();
  return version;
}

/** Stages what is there, when the provider knows that it is all there still is; answers its version. */
async function findUnchanged(
  provider: ImageProvider,
  source: SourceDescription,
  stage: ListingStage,
  tally: Tally,
  options: SyncSourceOptions,
): Promise<string | undefined> {
  const { memory, signal } = options;
  const version = !isFull(options) ? undefined : memory?.recall(getSource(stage.catalogue, stage.sourceId));
  if (version === undefined || !provider.isStill) return undefined;
  const { isStill, calls } = await provider.isStill(source, version, signal);
  tally.upstreamCalls += calls;
  if (!isStill) return undefined;
  stage.addPresent();
  return version;
}

function conclude(
  stage: ListingStage,
  key: string,
  forgotten: readonly AskedTerm[],
  options: SyncSourceOptions,
): SyncOutcome {
  const { limits, runId, now, onProgress, keepChanges } = options;
  const listed = stage.listed();
  const retire = isFull(options);
  const left = forgotten.reduce((sum, { found }) => sum + (found ?? 0), 0);
  const verdict = judgeListing(stage.presentBefore, listed, limits, left);
  if (retire && verdict.outcome === "refuse") return { outcome: "refused", reason: `${key}: ${verdict.reason}` };
  onProgress?.({ runId, sourceId: stage.sourceId, listed, phase: "committing" });
  return { outcome: "complete", listed, ...commitListing(stage, { now: now(), retire, runId, keepChanges }) };
}

/** A provider's error names its cloud, the disk's the file; any other is given the source's name. */
function reasonOf(error: unknown, key: string, file: string): string {
  if (error instanceof ProviderError) return error.message;
  if (isOfTheDisk(error)) return `${key}: ${explain(file, error)}`;
  return `${key}: ${error instanceof Error ? error.message : String(error)}`;
}
