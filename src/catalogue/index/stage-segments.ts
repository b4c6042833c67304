import type Database from "better-sqlite3";
import type { Catalogue } from "../file/open-catalogue.ts";
import { write } from "../file/write.ts";
import type { SegmentKind } from "./indexed-image.ts";
import { hasStrayPages, insertPages, type PackedPage, sweepPages } from "./segment-pages.ts";
import { insertSegment, packSegment, type PlacedRow } from "./write-segments.ts";

/*
 * Segments that are written beside what searches look into, in transactions of some milliseconds. They are `building` until all of
 * them is there; a process that is killed leaves such ones, and pages of none, which are removed the next time.
 */

/** Pages that one transaction writes or removes: some megabytes. */
const PAGES_AT_ONCE = 200;

/** What is to be staged, and whatever else was read at the same moment. */
export interface ToStage {
  /** Best first; none: there is no such segment. */
  readonly placed: readonly PlacedRow[];
}

/** Stores a segment that is built from one state of the catalogue, in which `read` is called. Answers its id, too. */
export async function stageSegment<T extends ToStage>(
  catalogue: Catalogue,
  sourceId: number,
  kind: SegmentKind,
  read: () => T,
): Promise<T & { readonly staged: number | undefined }> {
  const { sqlite } = catalogue;
  const build = sqlite.transaction(() => {
    const found = read();
    return { found, built: found.placed.length === 0 ? undefined : packSegment(sqlite, kind, found.placed) };
  });
  const { found, built } = build.deferred();
  if (!built) return { ...found, staged: undefined };
  const { packed, size, partBytes } = built;
  const staged = await write(catalogue, () =>
    insertSegment(sqlite, { sourceId, kind, state: "building", size, partBytes }),
  );
  await insertAll(catalogue, staged, packed);
  return { ...found, staged };
}

async function insertAll(catalogue: Catalogue, segment: number, packed: readonly PackedPage[]): Promise<void> {
  for (let at = 0; at < packed.length; at += PAGES_AT_ONCE)
    await write(catalogue, () => insertPages(catalogue.sqlite, segment, packed.slice(at, at + PAGES_AT_ONCE)));
}

/** Lets searches look into a segment, in the caller's transaction; false when somebody removed it. */
export function setLive(db: Database.Database, id: number): boolean {
  const update = db.prepare<[number]>("UPDATE search_segments SET state = 'live' WHERE id = ? AND state = 'building'");
  return update.run(id).changes === 1;
}

/** Whether a process that was killed left something half-written, or half-removed. */
export function hasLeftovers({ sqlite }: Catalogue): boolean {
  const isBuilding = sqlite.prepare("SELECT 1 FROM search_segments WHERE state = 'building'").get() !== undefined;
  return isBuilding || hasStrayPages(sqlite);
}

/** Removes it, but what is written of these sources. */
export async function dropLeftovers(catalogue: Catalogue, except: readonly number[]): Promise<void> {
  const building = catalogue.sqlite
    .prepare<[], number>("SELECT DISTINCT source_id FROM search_segments WHERE state = 'building'")
    .pluck()
    .all();
  for (const sourceId of building) if (!except.includes(sourceId)) await dropStaged(catalogue, sourceId);
  await sweepAll(catalogue);
}

/** Removes what was left half-written of a source; whoever is still writing it begins anew. */
export async function dropStaged(catalogue: Catalogue, sourceId: number): Promise<void> {
  const remove = catalogue.sqlite.prepare<[number]>(
    "DELETE FROM search_segments WHERE source_id = ? AND state = 'building'",
  );
  await write(catalogue, () => remove.run(sourceId));
}

/** Removes the pages of segments that there are not any more. */
export async function sweepAll(catalogue: Catalogue): Promise<void> {
  while ((await write(catalogue, () => sweepPages(catalogue.sqlite, PAGES_AT_ONCE))) > 0);
}
