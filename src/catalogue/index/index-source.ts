import type Database from "better-sqlite3";
import type { Catalogue } from "../file/open-catalogue.ts";
import { write } from "../file/write.ts";
import type { SegmentKind } from "./indexed-image.ts";
import { PageCache } from "./paged-array.ts";
import { deletePages } from "./segment-pages.ts";
import { readSegments } from "./segments.ts";
import { dropStaged, setLive, stageSegment, sweepAll } from "./stage-segments.ts";
import { cutIntoSegments, dropSegments, livingRows, placeRows, writeSegments } from "./write-segments.ts";

/** The format of search indexes. Raise it when what they hold changes: those of an older one are built anew. */
export const INDEX_FORMAT = 10;

const KINDS: readonly SegmentKind[] = ["present", "retired"];

/** In SQL, over rows of images. */
const IS_OF_KIND: Readonly<Record<SegmentKind, string>> = {
  present: "position IS NOT NULL",
  retired: "retired_at IS NOT NULL",
};

function rowsOf(db: Database.Database, sourceId: number, kind: SegmentKind): number[] {
  const select = `SELECT id FROM images WHERE source_id = ? AND ${IS_OF_KIND[kind]}`;
  return db.prepare<[number], number>(select).pluck().all(sourceId);
}

function countRows(db: Database.Database, sourceId: number, kind: SegmentKind): number {
  const select = `SELECT count(*) FROM images WHERE source_id = ? AND ${IS_OF_KIND[kind]}`;
  return db.prepare<[number], number>(select).pluck().get(sourceId) ?? 0;
}

/** Builds the index of a source anew in the caller's transaction: for a file that nobody else has open. */
export function indexAtOnce(db: Database.Database, sourceId: number): void {
  for (const { id } of segmentsOf(db, sourceId)) deletePages(db, id);
  dropSegments(db, segmentsOf(db, sourceId));
  for (const kind of KINDS) writeSegments(db, sourceId, kind, rowsOf(db, sourceId, kind));
}

function segmentsOf(db: Database.Database, sourceId: number): { id: number }[] {
  return db.prepare<[number], { id: number }>("SELECT id FROM search_segments WHERE source_id = ?").all(sourceId);
}

/** The same beside what searches look into, in short transactions; the last one lets searches look into it, after `finish`. */
export async function indexAnew(catalogue: Catalogue, sourceId: number, finish: () => void): Promise<void> {
  const { sqlite } = catalogue;
  await dropStaged(catalogue, sourceId);
  const staged: number[] = [];
  const counts = new Map<SegmentKind, number>();
  for (const kind of KINDS) {
    const all = placeRows(sqlite, rowsOf(sqlite, sourceId, kind), kind);
    counts.set(kind, all.length);
    for (const placed of cutIntoSegments(all)) {
      const { staged: id } = await stageSegment(catalogue, sourceId, kind, () => ({ placed }));
      if (id !== undefined) staged.push(id);
    }
  }
  await write(catalogue, () => {
    const old = segmentsOf(sqlite, sourceId).filter(({ id }) => !staged.includes(id));
    const isWhole = KINDS.every((kind) => countRows(sqlite, sourceId, kind) === counts.get(kind));
    if (!isWhole || !staged.every((id) => setLive(sqlite, id)))
      throw new Error(`source ${sourceId} changed while its index was built`);
    dropSegments(sqlite, old);
    finish();
  });
  await sweepAll(catalogue);
}

/** How many images of a source are in an index that is being built. */
export function countStaged({ sqlite }: Catalogue, sourceId: number): number {
  const select = "SELECT coalesce(sum(size), 0) FROM search_segments WHERE source_id = ? AND state = 'building'";
  return sqlite.prepare<[number], number>(select).pluck().get(sourceId) ?? 0;
}

/** Writes the segments of a source that hold words of dead images anew, in the caller's transaction. */
export function dropDeadWords(db: Database.Database, sourceId: number): void {
  for (const kind of KINDS) {
    const open = readSegments({ sqlite: db }, sourceId, kind, new PageCache(0)).filter(
      ({ deadCount }) => deadCount > 0,
    );
    const rows = open.flatMap(livingRows);
    dropSegments(db, open);
    for (const { id } of open) deletePages(db, id);
    writeSegments(db, sourceId, kind, rows);
  }
}
