import type { RecordLink, Transaction } from "./connect.ts";
import { keysOf, moveState, storable } from "./write-changes.ts";

/* What no node needs any more leaves the record, and with it every node's file. */

const MS = 60_000;
/** Images that one transaction removes. */
const REMOVED_AT_ONCE = 1_000;
/** A transaction of the feed is kept for so long: a node that was away for longer compares instead. */
const FEED_HOURS = 48;

/** Removes the sources that no backend shows and none may show again; answers how many. */
export async function removeOrphans(link: RecordLink, format: number): Promise<number> {
  return link.transaction(MS, async (sql) => {
    await sql`DELETE FROM feed WHERE at < now() - ${FEED_HOURS} * interval '1 hour' AND position < (SELECT position FROM state)`;
    const orphans = await sql<{ id: number }[]>`SELECT id FROM sources s WHERE ${isOrphan(sql)} FOR UPDATE`;
    if (orphans.length === 0) return 0;
    // From here on nobody can bind a backend to a source; whoever did so before is seen below.
    await sql`SELECT 1 FROM state FOR UPDATE`;
    const removed = await sql<{ id: number }[]>`
        DELETE FROM sources s WHERE id IN (SELECT json_array_elements_text(${storable(orphans.map(({ id }) => id))}::text::json)::bigint)
          AND ${isOrphan(sql)} RETURNING id`;
    const changes = removed.map(({ id }) => ({ table: "sources", key: [id], row: null }));
    if (removed.length > 0) await moveState(sql, { format, kind: "settings", entry: { keys: keysOf(changes) } });
    return removed.length;
  });
}

/** A run that waits may be about to be moved to another source. */
function isOrphan(sql: Transaction): ReturnType<Transaction> {
  return sql`NOT EXISTS (SELECT 1 FROM backend_sources b WHERE b.source_id = s.id)
    AND NOT EXISTS (SELECT 1 FROM held_views h WHERE h.source_id = s.id)
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.source_id = s.id AND r.state = 'queued')`;
}

interface Locks {
  take(sourceId: number): Promise<Disposable | undefined>;
}

/** Removes images that were retired more than `days` ago, with the stars of those that know no other; answers how many. */
export async function forgetRetiredOf(
  link: RecordLink,
  locks: Locks,
  { format, now, days }: { readonly format: number; readonly now: string; readonly days: number },
): Promise<number> {
  const until = new Date(Date.parse(now) - days * 86_400_000).toISOString();
  const due = await link.within(
    MS,
    (client) => client<{ id: number }[]>`
      SELECT id FROM sources s WHERE EXISTS (SELECT 1 FROM images i WHERE i.source_id = s.id AND i.retired_at < ${until})`,
  );
  let forgotten = 0;
  for (const { id } of due) {
    // Otherwise a listing under way would find its source changed.
    using lock = await locks.take(id);
    if (!lock) continue;
    for (let removed = 1; removed > 0; forgotten += removed)
      removed = await link.transaction(MS, (sql) => forgetSome(sql, id, until, format));
  }
  return forgotten;
}

async function forgetSome(sql: Transaction, sourceId: number, until: string, format: number): Promise<number> {
  const removed = await sql<{ imageId: string }[]>`
    DELETE FROM images WHERE source_id = ${sourceId} AND image_id IN (
      SELECT image_id FROM images WHERE source_id = ${sourceId} AND retired_at < ${until} LIMIT ${REMOVED_AT_ONCE})
    RETURNING image_id AS "imageId"`;
  const ids = removed.map(({ imageId }) => imageId);
  if (ids.length === 0) return 0;
  await sql`UPDATE sources SET revision = revision + 1 WHERE id = ${sourceId}`;
  const stars = await sql<{ backendId: string; imageId: string }[]>`
    DELETE FROM stars t WHERE image_id IN (SELECT json_array_elements_text(${storable(ids)}::text::json)) AND NOT EXISTS (
      SELECT 1 FROM images i WHERE i.image_id = t.image_id AND i.source_id IN (
        SELECT source_id FROM backend_sources WHERE backend_id = t.backend_id
        UNION SELECT source_id FROM held_views WHERE backend_id = t.backend_id))
    RETURNING backend_id AS "backendId", image_id AS "imageId"`;
  const backends = [...new Set(stars.map(({ backendId }) => backendId))];
  await sql`UPDATE backends SET stars_revision = stars_revision + 1
    WHERE id IN (SELECT json_array_elements_text(${storable(backends)}::text::json))`;
  const changes = [
    ...backends.map((id) => ({ table: "backends", key: [id], row: null })),
    ...stars.map(({ backendId, imageId }) => ({ table: "stars", key: [backendId, imageId], row: null })),
    { table: "sources", key: [sourceId], row: null },
  ];
  const listing = { sourceId, journal: [0, 0] as const, forgetBefore: null, removed: ids };
  await moveState(sql, { format, kind: "listing", entry: { keys: keysOf(changes), listing } });
  return ids.length;
}
