import { type AskedTerm, termsToList } from "../record/asked-terms.ts";
import type { Record } from "../record/record.ts";
import { knownUntil } from "../record/runs.ts";
import type { ListingStage } from "../catalogue/listing/stage-listing.ts";
import { BadRequestError } from "../errors.ts";
import type { ImagePage, ImageProvider, SourceDescription } from "../providers/provider.ts";
import { type PageToStage, readAhead } from "./read-ahead.ts";
import type { SecondThread } from "./second-thread.ts";
import type { SyncSourceOptions } from "./sync-source-options.ts";

/** What a run asks its cloud for. */
export interface Listing {
  readonly pages: AsyncIterable<PageToStage>;
  /** The terms that are no longer asked for; images that only they found are retired. */
  readonly forgotten: readonly AskedTerm[];
}

/** How far a probe looks back before the last one: a cloud may show new images late. */
const PROBE_OVERLAP_MS = 60 * 60 * 1000;

/** Where a listing is staged, who else reads it, and where the terms are stored. */
interface Target {
  readonly stage: ListingStage;
  readonly second: SecondThread;
  readonly record: Record;
}

export function openListing(
  provider: ImageProvider,
  source: SourceDescription,
  target: Target,
  { kind = "full", term, signal, now }: Pick<SyncSourceOptions, "kind" | "term" | "signal" | "now">,
): Listing {
  const { stage } = target;
  if (kind === "probe") return { pages: probe(provider, source, stage, signal), forgotten: [] };
  if (kind === "find") {
    if (term === undefined) throw new BadRequestError("cannot be searched without a term");
    return { pages: find(provider, source, target, term, signal), forgotten: [] };
  }
  if (!provider.findImages) return { pages: listAll(provider, source, target, signal), forgotten: [] };
  const { kept, forgotten } = termsToList(stage.catalogue, stage.sourceId, now());
  return { pages: listAndFind(provider, source, target, kept, signal), forgotten };
}

/** Of a first listing all is read, which takes longer than to ask for it. */
function listAll(
  provider: ImageProvider,
  source: SourceDescription,
  { stage, second }: Target,
  signal: AbortSignal,
): AsyncIterable<PageToStage> {
  const unread = stage.isFirst ? provider.listUnread?.(source, signal) : undefined;
  if (!unread) return provider.listImages(source, signal, stage.known);
  return readAhead(unread, (body) => second.read(provider.name, body), signal);
}

function probe(
  provider: ImageProvider,
  source: SourceDescription,
  { catalogue, sourceId }: ListingStage,
  signal: AbortSignal,
): AsyncIterable<ImagePage> {
  const until = knownUntil(catalogue, sourceId);
  if (!provider.probeImages || until === undefined)
    throw new BadRequestError("cannot be asked for new images: it needs a full listing");
  return provider.probeImages(source, new Date(Date.parse(until) - PROBE_OVERLAP_MS), signal);
}

/** For a cloud that cannot be listed completely: what it lists, and what it finds for searched terms. */
async function* listAndFind(
  provider: ImageProvider,
  source: SourceDescription,
  target: Target,
  terms: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ImagePage> {
  yield* provider.listImages(source, signal);
  for (const term of terms) yield* find(provider, source, target, term, signal);
}

async function* find(
  provider: ImageProvider,
  source: SourceDescription,
  { stage, record }: Target,
  term: string,
  signal: AbortSignal,
): AsyncGenerator<ImagePage> {
  if (!provider.findImages) throw new BadRequestError("cannot be searched");
  let found = 0;
  for await (const page of provider.findImages(source, term, signal)) {
    found += page.images.length;
    yield page;
  }
  // Before the commit, so that a later listing asks again for everything in the catalogue.
  await record.noteFound(stage.sourceId, term, found);
}
