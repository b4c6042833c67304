import type Database from "better-sqlite3";

/** Removes those of these families (a SELECT of ids) that no image is of any more: a family goes with its last image. */
export function dropEmptyFamilies(sqlite: Database.Database, ids: string): void {
  sqlite.exec(
    `DELETE FROM families WHERE id IN (${ids})
       AND NOT EXISTS (SELECT 1 FROM sources s JOIN images i ON i.source_id = s.id AND i.family_id = families.id)`,
  );
}

/** The same of ids that are known. */
export function dropEmptyOf(sqlite: Database.Database, familyIds: readonly number[]): void {
  if (familyIds.length > 0) dropEmptyFamilies(sqlite, familyIds.join(", "));
}
