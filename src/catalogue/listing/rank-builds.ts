import type Database from "better-sqlite3";

/** In SQL, over rows of images. */
export const IS_LAUNCHABLE = "state = 'available'";

/**
 * In SQL: what each build is in its family. `builds` is a SELECT of `family_id`, `image_id`, `name`, `created_at`, `isLaunchable` and
 * whatever else is wanted; `now_latest` and `now_ordered` come with them.
 */
export function rankBuilds(builds: string): string {
  // Comparing names is slow, so it is done only where nothing else decides.
  return `SELECT *, isLaunchable AND family_id NOT IN (SELECT id FROM families WHERE name = '')
      AND row_number() OVER (PARTITION BY family_id ORDER BY isLaunchable DESC, coalesce(now_ordered, '') DESC,
        iif(alike > 1, newest_first(name), ''), image_id) = 1 AS now_latest
    FROM (SELECT *, count(*) OVER (PARTITION BY family_id, isLaunchable, now_ordered) AS alike
      FROM (SELECT *, iif(min(created_at IS NOT NULL) OVER (PARTITION BY family_id), created_at, NULL) AS now_ordered
        FROM (${builds})))`;
}

/**
 * Fills `temp.turned` with the images whose place among the builds of their family changed, and what it is now. A family of
 * which any build lacks a creation time is ordered by version alone. The latest is the newest that can be launched; images
 * without a family are never the latest of one. `of`: a condition on images.
 */
export function findTurned(sqlite: Database.Database, sourceId: number, of = "true"): void {
  sqlite.exec(
    `CREATE TEMP TABLE IF NOT EXISTS turned (id INTEGER PRIMARY KEY, latest INTEGER, ordered_at TEXT); DELETE FROM temp.turned`,
  );
  const builds = `SELECT id, family_id, latest, ordered_at, name, image_id, created_at, ${IS_LAUNCHABLE} AS isLaunchable
    FROM images WHERE source_id = ? AND retired_at IS NULL AND ${of}`;
  sqlite
    .prepare(
      `INSERT INTO temp.turned SELECT id, now_latest, now_ordered FROM (${rankBuilds(builds)})
       WHERE latest <> now_latest OR ordered_at IS NOT now_ordered`,
    )
    .run(sourceId);
}

/**
 * The same of the families in `temp.touched_families`, after a commit whose rows are in `temp.written`. Where the latest of a family
 * stays as it was and each of its builds has a time, only what is written can be later: most families are not read whole.
 */
export function findTurnedOfCommit(sqlite: Database.Database, sourceId: number): void {
  for (const table of ["settled", "ranked"])
    sqlite.exec(`CREATE TEMP TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY); DELETE FROM temp.${table}`);
  const all = "temp.touched_families t CROSS JOIN images i ON i.source_id = ? AND i.family_id = t.id";
  const written = "SELECT id FROM temp.written";
  sqlite
    .prepare(
      `INSERT INTO temp.settled SELECT i.family_id FROM ${all} AND i.latest = 1
         WHERE i.ordered_at IS NOT NULL AND i.retired_at IS NULL AND i.id NOT IN (${written})
       EXCEPT SELECT family_id FROM images WHERE id IN (${written}) AND created_at IS NULL`,
    )
    .run(sourceId);
  const settled = "SELECT id FROM temp.settled";
  sqlite
    .prepare(
      `INSERT INTO temp.ranked SELECT i.id FROM ${all} WHERE t.id NOT IN (${settled})
       UNION SELECT i.id FROM ${all} AND i.latest = 1 WHERE t.id IN (${settled})
       UNION SELECT id FROM images WHERE id IN (${written}) AND family_id IN (${settled})`,
    )
    .run(sourceId, sourceId);
  findTurned(sqlite, sourceId, "id IN (SELECT id FROM temp.ranked)");
}

/** Writes what `findTurned` found, of all or of these rows. */
export function turnBuilds(sqlite: Database.Database, rows?: readonly number[]): void {
  const of = rows === undefined ? "" : `AND t.id IN (${rows.join(", ")})`;
  sqlite.exec(
    `UPDATE images SET latest = t.latest, ordered_at = t.ordered_at FROM temp.turned t WHERE images.id = t.id ${of}`,
  );
}
