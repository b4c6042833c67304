import type { Catalogue } from "../file/open-catalogue.ts";

/** The same image in another source. Times are ISO 8601. */
export interface Counterpart {
  readonly sourceId: number;
  readonly imageId: string;
  readonly name: string;
  readonly createdAt: string | null;
}

/**
 * The present images of the same cloud that have the publisher, name and architecture of an image, in these sources, itself
 * among them; the newest first. A publisher that is known may own it by another account in each region; who is not known is
 * the owner alone. Undefined when none of the sources holds or held such an image.
 */
export function findCounterparts(
  { sqlite }: Catalogue,
  imageId: string,
  sourceIds: readonly number[],
): Counterpart[] | undefined {
  const of = { imageId, sourceIds: JSON.stringify(sourceIds) };
  const isKnown = sqlite
    .prepare<[typeof of], number>(
      "SELECT count(*) FROM images WHERE image_id = @imageId AND source_id IN (SELECT value FROM json_each(@sourceIds))",
    )
    .pluck()
    .get(of);
  if (!isKnown) return undefined;
  return sqlite
    .prepare<[typeof of], Counterpart>(
      `SELECT DISTINCT i.source_id AS sourceId, i.image_id AS imageId, i.name, i.created_at AS createdAt
       FROM images known JOIN images i ON i.folded_name = known.folded_name AND i.name = known.name
         AND (i.owner_id IS known.owner_id OR i.publisher = known.publisher) AND i.architecture IS known.architecture
         JOIN sources place ON place.id = known.source_id JOIN sources other ON other.id = i.source_id AND other.provider = place.provider
       WHERE known.image_id = @imageId AND known.source_id IN (SELECT value FROM json_each(@sourceIds))
         AND i.source_id IN (SELECT value FROM json_each(@sourceIds)) AND i.retired_at IS NULL
       ORDER BY i.created_at DESC, i.image_id`,
    )
    .all(of);
}
