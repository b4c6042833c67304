import type { Connection } from "../file/connection.ts";
import { valuesOf } from "../file/statements.ts";

/** How many images of a source are retired. Taken from an index; some milliseconds for a million. */
export function countRetired({ sqlite }: Connection, sourceId: number): number {
  const select = "SELECT count(*) FROM images WHERE source_id = ? AND retired_at IS NOT NULL";
  return valuesOf<number>(sqlite, select).get(sourceId) ?? 0;
}

/**
 * The rows of a source's retired images that do not count as retired in a view of all these sources: another source still lists
 * the image, or a source in `before` retired it too and comes first.
 */
export function retiredElsewhere(
  { sqlite }: Connection,
  sourceId: number,
  { sourceIds, before }: { readonly sourceIds: readonly number[]; readonly before: readonly number[] },
): number[] {
  return valuesOf<number>(
    sqlite,
    `SELECT id FROM images WHERE source_id = @sourceId AND retired_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM images other WHERE other.image_id = images.image_id AND other.id <> images.id
         AND iif(other.retired_at IS NULL, other.source_id IN (SELECT value FROM json_each(@sourceIds)),
           other.source_id IN (SELECT value FROM json_each(@before))))`,
  ).all({ sourceId, sourceIds: JSON.stringify(sourceIds), before: JSON.stringify(before) });
}

/** Which retired images: of these ids, of ids that are these but for the case of their letters (ASCII), or of these families. */
type Which =
  | { readonly imageIds: readonly string[] }
  | { readonly foldedIds: readonly string[] }
  | { readonly families: readonly string[] };

/** The rows of a source's retired images that are asked for. */
export function readRetiredRows({ sqlite }: Connection, sourceId: number, which: Which): number[] {
  const read = (condition: string, values: readonly string[]): number[] =>
    valuesOf<number>(
      sqlite,
      `SELECT id FROM images WHERE source_id = ? AND retired_at IS NOT NULL AND ${condition}`,
    ).all(sourceId, JSON.stringify(values));
  const given = "IN (SELECT value FROM json_each(?))";
  if ("imageIds" in which) return read(`image_id ${given}`, which.imageIds);
  if ("families" in which) return read(`family_id IN (SELECT id FROM families WHERE name ${given})`, which.families);
  // Two questions: each has an index of its own.
  const otherwise = `lower(image_id) ${given} AND image_id <> lower(image_id)`;
  return [...read(`image_id ${given}`, which.foldedIds), ...read(otherwise, which.foldedIds)];
}
