import { eq } from "drizzle-orm";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { absentImages, sources } from "../catalogue/file/schema.ts";

/** The latest listings of a source, as far as they were refused one after another because they had shrunk. */
export interface ShrunkListings {
  readonly count: number;
  /** ISO 8601: when the first of them ended; null when there is none. */
  readonly since: string | null;
}

/**
 * Notes a further refused listing, and by row the present images that it did not have. Of those of the listings before,
 * only the ones that are absent again stay noted. Call inside a transaction.
 */
export function noteShrunkListing(
  catalogue: Catalogue,
  sourceId: number,
  { count, since }: ShrunkListings,
  absent: readonly number[],
): void {
  const { sqlite, orm } = catalogue;
  const before = readAbsent(catalogue, sourceId);
  const still = count === 1 ? absent : absent.filter((id) => before.has(id));
  orm.delete(absentImages).where(eq(absentImages.sourceId, sourceId)).run();
  // A row's number may be reused: the note of a removed source's image can still be there.
  const note = sqlite.prepare<[number, number]>("INSERT OR REPLACE INTO absent_images (id, source_id) VALUES (?, ?)");
  for (const id of still) note.run(id, sourceId);
  orm.update(sources).set({ shrunkListings: count, shrunkSince: since }).where(eq(sources.id, sourceId)).run();
}

/** The rows of images that none of the refused listings in a row had. */
export function readAbsent({ sqlite }: Catalogue, sourceId: number): Set<number> {
  const select = "SELECT id FROM absent_images WHERE source_id = ?";
  return new Set(sqlite.prepare<[number], number>(select).pluck().all(sourceId));
}

/** Forgets the refused listings: one was committed. Call inside a transaction. */
export function forgetShrunkListings({ orm }: Catalogue, sourceId: number): void {
  orm.delete(absentImages).where(eq(absentImages.sourceId, sourceId)).run();
  orm.update(sources).set({ shrunkListings: 0, shrunkSince: null }).where(eq(sources.id, sourceId)).run();
}

/** Images that a listing has seen since, by row, no longer count as absent. Call inside a transaction. */
export function noteSeen(catalogue: Catalogue, sourceId: number, isSeen: (rowId: number) => boolean): void {
  const forget = catalogue.sqlite.prepare<[number]>("DELETE FROM absent_images WHERE id = ?");
  for (const id of readAbsent(catalogue, sourceId)) if (isSeen(id)) forget.run(id);
}
