import type { AskedTerm } from "../record/asked-terms.ts";
import type { Record } from "../record/record.ts";
import { getSource } from "../record/sources.ts";
import type { ListingStage } from "../catalogue/listing/stage-listing.ts";
import { ConfigError, ProviderError } from "../errors.ts";
import type { ImageProvider, SourceDescription } from "../providers/provider.ts";
import { dropLongIds } from "./drop-long-ids.ts";
import { assertAnyPart, createListingNotes, isWhole, type ListingNotes, notePage } from "./listing-notes.ts";
import { createListingBrake } from "./listing-brake.ts";
import { openListing } from "./open-listing.ts";
import type { SecondThread } from "./second-thread.ts";
import type { SyncSourceOptions } from "./sync-source-options.ts";

/** The progress of a run. */
export interface ListingTally {
  rejected: number;
  upstreamCalls: number;
  /** The run's warning, once known; until then the adapter's. */
  warning: string | null;
  /** The notes of the listing: unreadable images, parts, warnings. */
  notes: ListingNotes;
  /** Whether the cloud said that nothing changed. */
  isUnchanged: boolean;
  /** Terms whose images the listing left out because nobody asked for them any more. */
  forgotten: readonly AskedTerm[];
}

export function createTally(): ListingTally {
  const notes = createListingNotes();
  return { rejected: 0, upstreamCalls: 0, warning: null, notes, isUnchanged: false, forgotten: [] };
}

/** The fields of a run's row about its progress. */
export function notesOf({ rejected, upstreamCalls, warning }: ListingTally): {
  readonly rejected: number;
  readonly upstreamCalls: number;
  readonly warning: string | null;
} {
  return { rejected, upstreamCalls, warning };
}

/** How often the progress is written to the run's row, for other processes. */
const PROGRESS_EVERY_MS = 1_000;

/**
 * Stages the listing of the first provider that can list; asks the next one only if credentials fail. Resolves to the listing's
 * version, if it has one and lacks nothing.
 */
export async function listSource(
  stage: ListingStage,
  record: Record,
  tally: ListingTally,
  second: SecondThread,
  options: SyncSourceOptions,
): Promise<string | undefined> {
  const { place, scope } = getSource(stage.catalogue, stage.sourceId);
  let refusal: unknown = new ConfigError("no enabled backend shows this source");
  for (const provider of options.providers) {
    const source = provider.sources.find((described) => described.key === place && described.scope === scope);
    if (!source) continue;
    tally.notes = createListingNotes();
    try {
      return await listWith({ provider, source, stage, record, tally, second, options });
    } catch (error) {
      refusal = error;
      if (error instanceof ProviderError) tally.upstreamCalls += error.calls ?? 0;
      const isRefusal =
        error instanceof ProviderError && (error.reason === "credentials" || error.reason === "forbidden");
      if (!isRefusal || stage.listed() > 0) throw error;
    }
  }
  throw refusal;
}

interface OneListing {
  readonly provider: ImageProvider;
  readonly source: SourceDescription;
  readonly stage: ListingStage;
  readonly record: Record;
  readonly tally: ListingTally;
  readonly second: SecondThread;
  readonly options: SyncSourceOptions;
}

async function listWith(listing: OneListing): Promise<string | undefined> {
  const { provider, source, stage, record, tally, second, options } = listing;
  const { signal, log, runId, onProgress, store } = options;
  const known = await findUnchanged(listing);
  if (known !== undefined) return known;
  let version: string | undefined;
  let reportedAt = performance.now();
  const { pages, forgotten } = openListing(provider, source, { stage, second, record }, options);
  const brake = createListingBrake(provider, source);
  tally.forgotten = forgotten;
  for await (const listedPage of pages) {
    const page = dropLongIds(listedPage);
    if (page.derived) stage.addDerived(page.derived);
    else stage.add(page.images, page);
    notePage(tally.notes, page);
    tally.rejected += page.rejected.length;
    tally.upstreamCalls += page.calls;
    tally.warning = [...tally.notes.warnings].join("; ") || null;
    version = page.version;
    const [example] = page.rejected;
    if (example) log.warn({ rejected: page.rejected.length, reason: example.reason }, "unreadable images");
    const listed = stage.listed();
    onProgress?.({ runId, sourceId: stage.sourceId, listed, phase: "listing" });
    brake.check(page, listed);
    if (performance.now() - reportedAt > (store?.progressEveryMs ?? PROGRESS_EVERY_MS)) {
      reportedAt = performance.now();
      await record.updateRun(runId, { listed, ...notesOf(tally) });
    }
  }
  signal.throwIfAborted();
  assertAnyPart(tally.notes, stage, provider, source);
  // An incomplete listing is made again, even if the cloud says that nothing changed.
  return isWhole(tally.notes) ? version : undefined;
}

/** Stages the catalogue's own images if the provider knows that nothing changed; resolves to the version. */
async function findUnchanged({ provider, source, stage, tally, options }: OneListing): Promise<string | undefined> {
  const { memory, signal, kind = "full" } = options;
  const version = kind === "full" ? memory?.recall(getSource(stage.catalogue, stage.sourceId)) : undefined;
  if (version === undefined || !provider.isStill) return undefined;
  const { isStill, calls } = await provider.isStill(source, version, signal);
  tally.upstreamCalls += calls;
  if (!isStill) return undefined;
  stage.addPresent();
  tally.isUnchanged = true;
  return version;
}
