import type Database from "better-sqlite3";

/**
 * Fills `temp.turned` with the images whose place among the builds of their family changed, and what it is now. A family of
 * which any build lacks a creation time is ordered by version alone. The latest is the newest that can be launched; images
 * without a family are never the latest of one. `of`: a condition on images.
 */
export function findTurned(sqlite: Database.Database, sourceId: number, of = "true"): void {
  sqlite.exec(
    `CREATE TEMP TABLE IF NOT EXISTS turned (id INTEGER PRIMARY KEY, latest INTEGER, ordered_at TEXT); DELETE FROM temp.turned`,
  );
  // A lone build needs no look at its name.
  sqlite
    .prepare(
      `INSERT INTO temp.turned SELECT id, now_latest, now_ordered FROM (
         SELECT id, latest, ordered_at, now_ordered, isLaunchable AND family_id NOT IN (SELECT id FROM families WHERE name = '')
           AND row_number() OVER (PARTITION BY family_id ORDER BY isLaunchable DESC, coalesce(now_ordered, '') DESC,
             iif(builds > 1, newest_first(name), ''), image_id) = 1 AS now_latest
         FROM (SELECT id, family_id, latest, ordered_at, name, image_id, state = 'available' AS isLaunchable,
                 iif(min(created_at IS NOT NULL) OVER family, created_at, NULL) AS now_ordered, count(*) OVER family AS builds
               FROM images WHERE source_id = ? AND retired_at IS NULL AND ${of} WINDOW family AS (PARTITION BY family_id))
       ) WHERE latest <> now_latest OR ordered_at IS NOT now_ordered`,
    )
    .run(sourceId);
}

/** Writes what `findTurned` found, of all or of these rows. */
export function turnBuilds(sqlite: Database.Database, rows?: readonly number[]): void {
  const of = rows === undefined ? "" : `AND t.id IN (${rows.join(", ")})`;
  sqlite.exec(
    `UPDATE images SET latest = t.latest, ordered_at = t.ordered_at FROM temp.turned t WHERE images.id = t.id ${of}`,
  );
}
