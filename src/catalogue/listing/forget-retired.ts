import { dropEmptyOf } from "./families.ts";
import { changeIndex } from "../index/write-segments.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { write } from "../file/write.ts";

/** Days for which retired images are kept. */
export const KEEP_RETIRED = 400;

/** Rows that one transaction removes: others wait for some milliseconds at most. */
const REMOVED_AT_ONCE = 100;

/** Whether an image was retired longer ago than these days. */
export function hasForgettable(catalogue: Catalogue, now: string, days: number): boolean {
  return someRetired(catalogue, before(now, days), 1).length > 0;
}

/**
 * Removes the images that were retired longer ago, in small steps, with the families that have no other image and the stars of
 * backends that know no other image of the id. Returns how many went.
 */
export async function forgetRetired(catalogue: Catalogue, now: string, days: number): Promise<number> {
  const until = before(now, days);
  for (let forgotten = 0; ;) {
    const removed = await write(catalogue, () => removeSome(catalogue, someRetired(catalogue, until, REMOVED_AT_ONCE)));
    if (removed === 0) return forgotten;
    forgotten += removed;
  }
}

interface RetiredRow {
  readonly id: number;
  readonly sourceId: number;
  readonly imageId: string;
  readonly familyId: number;
}

/** Of one source. */
function someRetired({ sqlite }: Catalogue, until: string, limit: number): RetiredRow[] {
  const sources = sqlite.prepare<[], number>("SELECT id FROM sources ORDER BY id").pluck().all();
  const select = sqlite.prepare<[number, string, number], RetiredRow>(
    `SELECT id, source_id AS sourceId, image_id AS imageId, family_id AS familyId FROM images
     WHERE source_id = ? AND retired_at IS NOT NULL AND retired_at < ? ORDER BY retired_at LIMIT ?`,
  );
  for (const id of sources) {
    const rows = select.all(id, until, limit);
    if (rows.length > 0) return rows;
  }
  return [];
}

function removeSome({ sqlite }: Catalogue, rows: readonly RetiredRow[]): number {
  const [first] = rows;
  if (!first) return 0;
  const remove = sqlite.prepare<[number]>("DELETE FROM images WHERE id = ?");
  const unstar = sqlite.prepare<[string], string>(
    `DELETE FROM stars WHERE image_id = ? AND NOT EXISTS (
       SELECT 1 FROM images i WHERE i.image_id = stars.image_id AND i.source_id IN (
         SELECT source_id FROM backend_sources WHERE backend_id = stars.backend_id
         UNION SELECT source_id FROM held_views WHERE backend_id = stars.backend_id))
     RETURNING backend_id`,
  );
  const starsChanged = sqlite.prepare<[string]>("UPDATE backends SET stars_revision = stars_revision + 1 WHERE id = ?");
  for (const { id, imageId } of rows) {
    remove.run(id);
    for (const backendId of unstar.pluck().all(imageId)) starsChanged.run(backendId);
  }
  changeIndex(sqlite, first.sourceId, "retired", { gone: rows.map(({ id }) => id), come: [] });
  const familyIds = [...new Set(rows.map(({ familyId }) => familyId))];
  dropEmptyOf(sqlite, familyIds);
  // Whoever lists retired images must not get a remembered answer; families that lost a retired image stay as they were.
  sqlite.prepare<[number]>("UPDATE sources SET revision = revision + 1 WHERE id = ?").run(first.sourceId);
  const note = sqlite.prepare<[number, number]>(
    "INSERT OR IGNORE INTO family_changes SELECT id, revision, ? FROM sources WHERE id = ?",
  );
  for (const familyId of familyIds) note.run(familyId, first.sourceId);
  return rows.length;
}

function before(now: string, days: number): string {
  return new Date(Date.parse(now) - days * 86_400_000).toISOString();
}
