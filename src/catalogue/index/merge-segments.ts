import type { Catalogue } from "../file/open-catalogue.ts";
import { write } from "../file/write.ts";
import { bitsOf, subtract } from "./bits.ts";
import { dueTogether } from "./due-merges.ts";
import type { SegmentKind } from "./indexed-image.ts";
import { PageCache } from "./paged-array.ts";
import { type LiveSegment, markDead, readSegments } from "./segments.ts";
import { dropStaged, setLive, stageSegment, sweepAll } from "./stage-segments.ts";
import { dropSegments, livingRows, MOST_IMAGES, placeRows } from "./write-segments.ts";

/*
 * Segments that are too many or hold too many dead images are merged beside the commits: built from the rows first, then put in
 * their place in one short transaction. Answers are the same before and after.
 */

/** Memory for pages while rows are looked up. */
const CACHE_BYTES = 4 * 1024 * 1024;

/** A segment with more dead images than this share is written anew without them. */
const DEAD_SHARE = 1 / 4;

interface Merge {
  readonly sourceId: number;
  readonly kind: SegmentKind;
  readonly ids: readonly number[];
}

/** Whether `mergeSegments` has something to do. */
export function hasMergeable(catalogue: Catalogue): boolean {
  return nextMerge(catalogue, new Set()) !== undefined;
}

/** Merges what is due. Each merge is whole or not at all; what cannot be merged now is merged the next time. */
export async function mergeSegments(catalogue: Catalogue, signal: AbortSignal): Promise<number> {
  const failed = new Set<string>();
  for (let merged = 0; ;) {
    const next = signal.aborted ? undefined : nextMerge(catalogue, failed);
    if (!next) return merged;
    if (await merge(catalogue, next)) merged++;
    else failed.add(`${next.sourceId} ${next.kind}`);
  }
}

interface SegmentSize {
  readonly id: number;
  readonly sourceId: number;
  readonly kind: SegmentKind;
  readonly size: number;
  readonly live: number;
}

function nextMerge({ sqlite }: Catalogue, failed: ReadonlySet<string>): Merge | undefined {
  const all = sqlite
    .prepare<[], SegmentSize>(
      `SELECT id, source_id AS sourceId, kind, size, size - dead_count AS live FROM search_segments
       WHERE state = 'live' ORDER BY size - dead_count, id`,
    )
    .all();
  const groups = Map.groupBy(all, ({ sourceId, kind }) => `${sourceId} ${kind}`);
  for (const [name, [first, ...others]] of groups) {
    if (!first || failed.has(name)) continue;
    const ids = idsToMerge([first, ...others]);
    if (ids.length > 0) return { sourceId: first.sourceId, kind: first.kind, ids };
  }
  return undefined;
}

/** Which of a source's segments, given smallest first, are to be one. */
export function idsToMerge(segments: readonly Pick<SegmentSize, "id" | "size" | "live">[]): number[] {
  const due = dueTogether(segments, 0, MOST_IMAGES);
  if (due.length > 0) return due.map(({ id }) => id);
  const wasteful = segments.find(({ size, live }) => size - live > size * DEAD_SHARE);
  return wasteful ? [wasteful.id] : [];
}

async function merge(catalogue: Catalogue, { sourceId, kind, ids }: Merge): Promise<boolean> {
  const { sqlite } = catalogue;
  const cache = new PageCache(CACHE_BYTES);
  const read = (known: readonly LiveSegment[] = []): LiveSegment[] =>
    readSegments(catalogue, sourceId, kind, cache, known).filter(({ id }) => ids.includes(id));
  await dropStaged(catalogue, sourceId);
  const { before, staged } = await stageSegment(catalogue, sourceId, kind, () => {
    const segments = read();
    return { before: segments, placed: placeRows(sqlite, segments.flatMap(livingRows), kind) };
  });
  const isDone = await write(catalogue, () => {
    const now = read(before);
    // A commit merged one of them meanwhile, or another process did all this.
    if (now.length < ids.length || (staged !== undefined && !setLive(sqlite, staged))) return false;
    dropSegments(sqlite, now);
    const [open] = readSegments(catalogue, sourceId, kind, cache).filter(({ id }) => id === staged);
    if (open) markDead(sqlite, open, diedBetween(before, now));
    return true;
  });
  if (!isDone) await dropStaged(catalogue, sourceId);
  await sweepAll(catalogue);
  return isDone;
}

/** The rows of documents that died meanwhile. */
function diedBetween(before: readonly LiveSegment[], now: readonly LiveSegment[]): number[] {
  return before.flatMap(({ id, segment, living, deadCount }) => {
    const later = now.find((open) => open.id === id);
    if (!later || later.deadCount === deadCount) return [];
    return Array.from(bitsOf(subtract(living.slice(), later.living)), (doc) => segment.rows.at(doc));
  });
}
