import type { ListedParts } from "../catalogue/listing/source-parts.ts";
import type { ListingStage } from "../catalogue/listing/stage-listing.ts";
import type { ListingGaps } from "../catalogue/listing/unlisted-images.ts";
import { codeOfReason } from "../catalogue/file/run-codes.ts";
import { ProviderError } from "../errors.ts";
import type { FailedPart, ImagePage, ImageProvider, SourceDescription } from "../providers/provider.ts";
import { nameSome } from "./name-some.ts";

/** What a listing reported besides its images. */
export interface ListingNotes {
  /** Ids of images that could not be read. */
  readonly unreadable: Set<string>;
  /** How many images could not be read, not even their ids. */
  nameless: number;
  /** Why one of them could not be read. */
  example: string | null;
  readonly listedParts: Set<string>;
  readonly failedParts: Map<string, FailedPart>;
  /** What the adapter says that the listing may lack. */
  readonly warnings: Set<string>;
}

export function createListingNotes(): ListingNotes {
  return {
    unreadable: new Set(),
    nameless: 0,
    example: null,
    listedParts: new Set(),
    failedParts: new Map(),
    warnings: new Set(),
  };
}

/** As many different warnings of an adapter are kept. */
const WARNINGS_KEPT = 5;

export function notePage(notes: ListingNotes, page: ImagePage): void {
  for (const { id, reason } of page.rejected) {
    if (id === undefined) notes.nameless++;
    else notes.unreadable.add(id);
    notes.example ??= id === undefined ? reason : `${id}: ${reason}`;
  }
  if (page.part !== undefined) notes.listedParts.add(page.part);
  for (const failed of page.failedParts ?? []) notes.failedParts.set(failed.part, failed);
  if (page.warning !== undefined && notes.warnings.size < WARNINGS_KEPT) notes.warnings.add(page.warning);
}

/** How many images could not be read; one that another page has in a readable form does not count. */
export function countUnreadable({ unreadable, nameless }: ListingNotes, stage: ListingStage): number {
  return nameless + [...unreadable].filter((id) => !stage.isListed(id)).length;
}

/** Images of forbidden parts are outside the view, so the listing is complete without them. */
export function gapsOf({ unreadable, nameless, failedParts }: ListingNotes): ListingGaps {
  const outOfReach = [...failedParts.values()].filter(({ reason }) => reason !== "forbidden");
  return { unreadable, parts: new Set(outOfReach.map(({ part }) => part)), isAnyUnreadable: nameless > 0 };
}

/** Whether everything in the listing could be read. */
export function isWhole({ unreadable, nameless, failedParts }: ListingNotes): boolean {
  return unreadable.size + nameless + failedParts.size === 0;
}

/** A part that failed after some pages counts as failed. */
export function partsOf({ listedParts, failedParts }: ListingNotes): ListedParts {
  return {
    listed: [...listedParts].filter((part) => !failedParts.has(part)),
    failed: [...failedParts.values()].map((failed) => ({ ...failed, reason: codeOfReason(failed.reason) })),
  };
}

/** Throws ProviderError if a source has parts and none of them could be listed. */
export function assertAnyPart(
  notes: ListingNotes,
  stage: ListingStage,
  provider: ImageProvider,
  source: SourceDescription,
): void {
  const failed = [...notes.failedParts.values()];
  const isAnyListed =
    partsOf(notes).listed.length > 0 || stage.listed() > 0 || notes.unreadable.size + notes.nameless > 0;
  if (failed.length === 0 || isAnyListed) return;
  // A part that may come back decides; other credentials are tried only if all parts are forbidden.
  const reason = failed.find((part) => part.reason !== "forbidden")?.reason ?? "forbidden";
  const parts = nameSome(failed.map(tellPart));
  const scope = source.key.replace(`${provider.name} `, "");
  throw new ProviderError(`no part could be listed: ${parts}`, { provider: provider.name, scope, reason });
}

/** What a run warns of, in one line; null when there is nothing. `unreadable` is `countUnreadable`. */
export function warningOf(
  notes: ListingNotes,
  listed: number,
  unreadable: number,
  more: readonly string[] = [],
): string | null {
  const parts = [...notes.failedParts.values()];
  const failed = parts.filter(({ reason }) => reason !== "forbidden");
  const forbidden = parts.filter(({ reason }) => reason === "forbidden");
  const all = [
    ...notes.warnings,
    ...unreadableWarning(notes, listed, unreadable),
    ...(failed.length > 0 ? [`not listed, their images stay as they were: ${nameSome(failed.map(tellPart))}`] : []),
    ...(forbidden.length > 0 ? [`no permission, so left out: ${nameSome(forbidden.map(tellPart))}`] : []),
    ...more,
  ];
  return all.length === 0 ? null : all.join("; ");
}

function tellPart({ part, message }: FailedPart): string {
  return message.includes(part) ? message : `${part}: ${message}`;
}

/** Longer reasons are cut. */
const MOST_CHARACTERS = 300;

function unreadableWarning({ nameless, example }: ListingNotes, listed: number, unreadable: number): string[] {
  if (unreadable === 0) return [];
  const cut = (example ?? "").replace(/\s+/g, " ").slice(0, MOST_CHARACTERS);
  const what = `${unreadable} of ${listed + unreadable} images could not be read (for example ${cut})`;
  if (nameless === 0) return [`${what}; those in the catalogue stay as they were`];
  return [`${what}; ${nameless} of them without an id, so this listing retires no image`];
}
