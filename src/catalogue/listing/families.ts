import type Database from "better-sqlite3";
import type { Connection } from "../file/connection.ts";
import { valuesOf } from "../file/statements.ts";

/**
 * In SQL: whether no image is of a family. The sources come first (CROSS JOIN keeps them there), since the index on families
 * begins with the source: the other way round each family costs a walk through all images.
 */
export const IS_EMPTY_FAMILY = `NOT EXISTS (
  SELECT 1 FROM sources s CROSS JOIN images i ON i.source_id = s.id AND i.family_id = families.id)`;

/** Removes those of these families (a SELECT of ids) that no image is of any more: a family goes with its last image. */
export function dropEmptyFamilies(sqlite: Database.Database, ids: string): void {
  sqlite.exec(`DELETE FROM families WHERE id IN (${ids}) AND ${IS_EMPTY_FAMILY}`);
}

/** The greatest id of a family; 0 when there is none. */
export function newestFamily({ sqlite }: Connection): number {
  return valuesOf<number | null>(sqlite, "SELECT max(id) FROM families").get() ?? 0;
}

/** The same of ids that are known. */
export function dropEmptyOf(sqlite: Database.Database, familyIds: readonly number[]): void {
  if (familyIds.length > 0) dropEmptyFamilies(sqlite, familyIds.join(", "));
}
