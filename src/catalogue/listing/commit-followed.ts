import type Database from "better-sqlite3";
import { changeIndex } from "../index/write-segments.ts";
import { sweepPages } from "../index/segment-pages.ts";
import { indexChanged, markLatest, prepareCommit, recordFamilies, touchFamilies } from "./commit-listing.ts";
import { dropEmptyFamilies, dropEmptyOf } from "./families.ts";
import type { FollowedStage } from "./stage-followed.ts";
import { hasRows } from "./stage-listing.ts";
import { writeStaged } from "./write-staged.ts";

/**
 * Makes staged rows of a record those of a node's file, in the caller's transaction, which has brought the source's own row up to
 * date: rows, families, newest builds and the search's index. Equal rows that are there already do no harm.
 */
export function commitFollowed(sqlite: Database.Database, stage: FollowedStage, now: string): void {
  const { sourceId } = stage;
  stage.takeUp();
  prepareCommit(sqlite);
  const isFirst = !hasRows(sqlite, sourceId);
  const known = "temp.staged s CROSS JOIN images i ON i.source_id = ? AND i.image_id = s.image_id";
  if (!isFirst) sqlite.prepare<[number]>(`INSERT INTO temp.written SELECT i.id FROM ${known}`).run(sourceId);
  const newestRow = sqlite.prepare<[], number | null>("SELECT max(id) FROM images").pluck().get() ?? 0;
  touchFamilies(sqlite, "written");
  sqlite.exec("INSERT INTO temp.left_families SELECT id FROM temp.touched_families");
  const firstSeen = "(SELECT f.first_seen FROM temp.followed f WHERE f.image_id = s.image_id)";
  writeStaged(sqlite, { sourceId, now, firstSeen });
  sqlite.prepare<[number]>("INSERT INTO temp.written SELECT id FROM images WHERE id > ?").run(newestRow);
  const retired = retireFollowed(sqlite, sourceId);
  // Of a first listing each row is right as it was written, if none of them is retired.
  if (!isFirst || retired > 0) markLatest(sqlite, sourceId);
  indexChanged(sqlite, sourceId);
  dropEmptyFamilies(sqlite, "SELECT id FROM temp.left_families");
  recordFamilies(sqlite, sourceId);
  stage.drop();
}

function retireFollowed(sqlite: Database.Database, sourceId: number): number {
  const { changes } = sqlite
    .prepare<[number]>(
      `INSERT INTO temp.unlisted SELECT i.id FROM temp.followed f CROSS JOIN images i ON i.source_id = ? AND i.image_id = f.image_id
       WHERE f.retired_at IS NOT NULL`,
    )
    .run(sourceId);
  if (changes === 0) return 0;
  sqlite
    .prepare<[number]>(
      `UPDATE images SET retired_at = f.retired_at, last_seen = f.last_seen, latest = 0, position = NULL
       FROM temp.followed f WHERE images.source_id = ? AND images.image_id = f.image_id AND f.retired_at IS NOT NULL`,
    )
    .run(sourceId);
  sqlite.exec("DELETE FROM temp.written WHERE id IN (SELECT id FROM temp.unlisted)");
  touchFamilies(sqlite, "unlisted");
  return changes;
}

/** Removes images of a source that the record has no more, in the caller's transaction. */
export function removeFollowed(sqlite: Database.Database, sourceId: number, imageIds: readonly string[]): void {
  prepareCommit(sqlite);
  const find = sqlite.prepare<[number, string], { id: number; familyId: number }>(
    "SELECT id, family_id AS familyId FROM images WHERE source_id = ? AND image_id = ?",
  );
  const rows = imageIds.flatMap((imageId) => find.get(sourceId, imageId) ?? []);
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  for (const kind of ["present", "retired"] as const) changeIndex(sqlite, sourceId, kind, { gone: ids, come: [] });
  const remove = sqlite.prepare<[number]>("DELETE FROM images WHERE id = ?");
  for (const id of ids) remove.run(id);
  const touch = sqlite.prepare<[number]>("INSERT OR IGNORE INTO temp.touched_families VALUES (?)");
  for (const { familyId } of rows) touch.run(familyId);
  markLatest(sqlite, sourceId);
  indexChanged(sqlite, sourceId);
  dropEmptyOf(
    sqlite,
    rows.map(({ familyId }) => familyId),
  );
  recordFamilies(sqlite, sourceId);
}

/** Removes a source that the record has no more, with its images, in the caller's transaction. */
export function removeSource(sqlite: Database.Database, sourceId: number): void {
  const families = sqlite
    .prepare<[number], number>("SELECT DISTINCT family_id FROM images WHERE source_id = ?")
    .pluck()
    .all(sourceId);
  sqlite.prepare<[number]>("DELETE FROM search_segments WHERE source_id = ?").run(sourceId);
  sqlite.prepare<[number]>("DELETE FROM images WHERE source_id = ?").run(sourceId);
  sqlite.prepare<[number]>("DELETE FROM sources WHERE id = ?").run(sourceId);
  dropEmptyOf(sqlite, families);
  sweepPages(sqlite, Number.MAX_SAFE_INTEGER);
}
