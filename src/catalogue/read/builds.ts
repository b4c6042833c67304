import type { ImageState } from "../../image.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { rowsOf } from "../file/statements.ts";

/** A present build of a family. Times are ISO 8601. */
export interface Build {
  readonly imageId: string;
  readonly name: string;
  readonly createdAt: string | null;
  readonly deprecatedAt: string | null;
  readonly state: ImageState;
}

/** The builds of a family that a source lists, in no order. */
export function readBuilds({ sqlite }: Catalogue, sourceId: number, familyId: number): Build[] {
  return rowsOf<Build>(
    sqlite,
    `SELECT image_id AS imageId, name, created_at AS createdAt, deprecated_at AS deprecatedAt, state
     FROM images WHERE source_id = ? AND family_id = ? AND retired_at IS NULL`,
  ).all(sourceId, familyId);
}

/** The known publisher whose images in these sources have this family name; undefined when there is none. */
export function publisherOfFamily(
  { sqlite }: Catalogue,
  family: string,
  sourceIds: readonly number[],
): string | undefined {
  return rowsOf<{ readonly publisher: string }>(
    sqlite,
    `SELECT i.publisher FROM families f CROSS JOIN json_each(@sourceIds) s
       JOIN images i ON i.source_id = s.value AND i.family_id = f.id
     WHERE f.name = @family AND i.trust IN ('official', 'verified') AND i.publisher IS NOT NULL LIMIT 1`,
  ).get({ family, sourceIds: JSON.stringify(sourceIds) })?.publisher;
}
