import { and, eq, sql } from "drizzle-orm";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { backends, stars } from "../catalogue/file/settings-schema.ts";

/** Ids of the images starred in a backend, retired ones too. */
export function starredIds({ orm }: Catalogue, backendId: string): string[] {
  return orm
    .select({ id: stars.imageId })
    .from(stars)
    .where(eq(stars.backendId, backendId))
    .all()
    .map((row) => row.id);
}

/** Stars an image or takes its star away; returns whether it is starred now. Call inside a transaction. */
export function toggleStar({ orm }: Catalogue, backendId: string, imageId: string, now: string): boolean {
  const one = and(eq(stars.backendId, backendId), eq(stars.imageId, imageId));
  const removed = orm.delete(stars).where(one).run().changes > 0;
  if (!removed) orm.insert(stars).values({ backendId, imageId, starredAt: now }).run();
  orm
    .update(backends)
    .set({ starsRevision: sql`${backends.starsRevision} + 1` })
    .where(eq(backends.id, backendId))
    .run();
  return !removed;
}
