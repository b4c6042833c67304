import type Database from "better-sqlite3";
import type { JournalEntry } from "./journal-listing.ts";
import { IS_LAUNCHABLE, rankBuilds } from "./rank-builds.ts";
import { storeShared } from "./shared-extra.ts";
import { STAGED_COLUMNS } from "./staged-rows.ts";

/** Columns that are written as they were staged. */
const COPIED_COLUMNS = STAGED_COLUMNS.filter((column) => column !== "family_name" && column !== "shared_id");

/** Rows that are written in this order lie near those that answers show beside them. Newest last, where later ones are added. */
const STORAGE_ORDER = `CASE trust WHEN 'community' THEN 0 WHEN 'verified' THEN 1 WHEN 'official' THEN 2 ELSE 3 END,
  created_at, image_id DESC`;

interface StagedWriting extends Pick<JournalEntry, "sourceId" | "now"> {
  /** In SQL, of the staged image `s`. */
  readonly firstSeen?: string;
  /** Called before rows are written, once their places are known: new ones get the ids from `newestRow` on, by their places. */
  readonly onPlaced?: ((newestRow: number) => void) | undefined;
}

/**
 * Writes the staged images to their rows, in the caller's transaction, and notes their families in `temp.touched_families`. New
 * rows are the newest builds of their families as far as these images tell.
 */
export function writeStaged(
  sqlite: Database.Database,
  { sourceId, now, firstSeen = "@now", onPlaced }: StagedWriting,
): void {
  placeStaged(sqlite);
  storeShared(sqlite, sourceId);
  const newestRow = sqlite.prepare<[], number | null>("SELECT max(id) FROM images").pluck().get() ?? 0;
  onPlaced?.(newestRow);
  const copied = COPIED_COLUMNS.join(", ");
  // Rows are read as they are placed: to sort them, SQLite would copy each of them twice.
  sqlite
    .prepare(
      `INSERT INTO images (id, source_id, family_id, first_seen, position, latest, ordered_at, shared_id, ${copied})
       SELECT @newestRow + p.place, @sourceId, p.family_id, ${firstSeen}, @last + p.place, p.latest, p.ordered_at,
         (SELECT x.shared_id FROM temp.staged_extras x WHERE x.id = s.shared_id), ${COPIED_COLUMNS.map((column) => `s.${column}`).join(", ")}
       FROM temp.placed p CROSS JOIN temp.staged s ON s.rowid = p.staged WHERE true
       ON CONFLICT (image_id, source_id) DO UPDATE SET
         family_id = excluded.family_id, shared_id = excluded.shared_id, retired_at = NULL, last_seen = NULL,
         position = coalesce(position, excluded.position),
         ${COPIED_COLUMNS.map((column) => `${column} = excluded.${column}`).join(", ")}`,
    )
    .run({ sourceId, now, newestRow, last: lastPosition(sqlite, sourceId) });
  sqlite.exec("INSERT OR IGNORE INTO temp.touched_families SELECT family_id FROM temp.placed; DROP TABLE temp.placed");
}

/** Fills `temp.placed` with where each staged image goes, and with what it is in its family. */
function placeStaged(sqlite: Database.Database): void {
  const [owner, architecture] = ["coalesce(s.owner_id, '')", "coalesce(s.architecture, '')"];
  sqlite.exec(
    `INSERT INTO families (owner_id, name, architecture)
     SELECT DISTINCT ${owner}, s.family_name, ${architecture} FROM temp.staged s WHERE true ON CONFLICT DO NOTHING`,
  );
  sqlite.exec(
    "CREATE TEMP TABLE placed (place INTEGER PRIMARY KEY, staged INTEGER, family_id INTEGER, latest INTEGER, ordered_at TEXT)",
  );
  const builds = `SELECT s.rowid AS staged, f.id AS family_id, s.image_id, s.name, s.trust, s.created_at, ${IS_LAUNCHABLE} AS isLaunchable
    FROM temp.staged s JOIN families f ON f.owner_id = ${owner} AND f.name = s.family_name AND f.architecture = ${architecture}`;
  sqlite.exec(
    `INSERT INTO temp.placed (staged, family_id, latest, ordered_at)
     SELECT staged, family_id, now_latest, now_ordered FROM (${rankBuilds(builds)}) ORDER BY ${STORAGE_ORDER}`,
  );
}

function lastPosition(sqlite: Database.Database, sourceId: number): number {
  const select = "SELECT max(position) FROM images WHERE source_id = ? AND position IS NOT NULL";
  return sqlite.prepare<[number], number | null>(select).pluck().get(sourceId) ?? 0;
}
