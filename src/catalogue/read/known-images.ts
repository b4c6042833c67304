import type { ImageState } from "../../image.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import type { Trust } from "../facts/publishers.ts";
import { rowsOf } from "../file/statements.ts";

/** An image as one source lists or listed it. Times are ISO 8601. */
export interface KnownImage {
  readonly sourceId: number;
  readonly imageId: string;
  readonly name: string;
  readonly ownerId: string | null;
  readonly publisher: string | null;
  readonly trust: Trust;
  readonly architecture: string | null;
  readonly createdAt: string | null;
  readonly deprecatedAt: string | null;
  readonly firstSeen: string;
  /** Null while the source lists it. */
  readonly retiredAt: string | null;
  readonly familyId: number;
  /** Null of one that is no build of anything. */
  readonly family: string | null;
  readonly state: ImageState;
}

/** These images in each of these sources that lists or listed them, retired ones too. */
export function findKnownImages(
  { sqlite }: Catalogue,
  imageIds: readonly string[],
  sourceIds: readonly number[],
): KnownImage[] {
  return rowsOf<KnownImage>(
    sqlite,
    `SELECT i.source_id AS sourceId, i.image_id AS imageId, i.name, i.owner_id AS ownerId, i.publisher, i.trust, i.architecture,
       i.created_at AS createdAt, i.deprecated_at AS deprecatedAt, i.first_seen AS firstSeen, i.retired_at AS retiredAt,
       i.family_id AS familyId, nullif(f.name, '') AS family, i.state
     FROM json_each(@imageIds) wanted CROSS JOIN images i ON i.image_id = wanted.value JOIN families f ON f.id = i.family_id
     WHERE i.source_id IN (SELECT value FROM json_each(@sourceIds))`,
  ).all({ imageIds: JSON.stringify(imageIds), sourceIds: JSON.stringify(sourceIds) });
}
