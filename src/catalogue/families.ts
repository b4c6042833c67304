import type Database from "better-sqlite3";

/** Removes those of these families that no image is of any more: a family goes with its last image. */
export function dropEmptyFamilies(sqlite: Database.Database, familyIds: readonly number[]): void {
  sqlite
    .prepare<[string]>(
      `DELETE FROM families WHERE id IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM sources s JOIN images i ON i.source_id = s.id AND i.family_id = families.id)`,
    )
    .run(JSON.stringify(familyIds));
}
