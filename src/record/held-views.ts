import { lt, type SQL } from "drizzle-orm";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { heldViews } from "../catalogue/file/schema.ts";

/** A hidden view that no account came back for goes after so many days. */
const HELD_DAYS = 7;

/** Drops the hidden view that a backend's own listing has just replaced. Call inside the commit's transaction. */
export function dropHeldViews({ sqlite }: Pick<Catalogue, "sqlite">, sourceId: number): void {
  sqlite
    .prepare(
      `DELETE FROM held_views WHERE backend_id IN (SELECT backend_id FROM backend_sources WHERE source_id = ?)
         AND EXISTS (SELECT 1 FROM sources WHERE id = ? AND scope = 'own')`,
    )
    .run(sourceId, sourceId);
}

/** Drops the views that were hidden too many days ago. Call inside `write`. */
export function expireHeldViews({ orm }: Catalogue, now: string): void {
  orm.delete(heldViews).where(isExpired(now)).run();
}

/** Whether `expireHeldViews` has something to drop. */
export function hasExpiredViews({ orm }: Catalogue, now: string): boolean {
  return orm.select().from(heldViews).where(isExpired(now)).limit(1).get() !== undefined;
}

function isExpired(now: string): SQL {
  return lt(heldViews.hiddenAt, new Date(Date.parse(now) - HELD_DAYS * 86_400_000).toISOString());
}
