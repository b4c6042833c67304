import { asc, eq, sql } from "drizzle-orm";
import { NotFoundError } from "../errors.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { backendSources, sources } from "../catalogue/file/schema.ts";
import { backends } from "../catalogue/file/settings-schema.ts";

/** A source as it is stored. */
export interface Source {
  readonly id: number;
  readonly key: string;
  readonly provider: string;
  readonly scope: "public" | "own";
  /** The key without the account. */
  readonly place: string;
  /** Whose images an own source holds; null: nobody knows yet, or a public source. */
  readonly account: string | null;
  /** Formats of what is derived from the images, and of the search index. */
  readonly factsFormat: number;
  readonly indexFormat: number;
  /** Complete listings in a row that were refused because they had shrunk, and when the first of them ended. */
  readonly shrunkListings: number;
  readonly shrunkSince: string | null;
  /** 0: never synced. */
  readonly revision: number;
  readonly imageCount: number;
  /** When the last full listing was committed. */
  readonly syncedAt: string | null;
  readonly probedAt: string | null;
  readonly changedAt: string | null;
}

/** The sources of a backend, the one whose word counts first. */
export function sourcesOf({ orm }: Catalogue, backendId: string): Source[] {
  return orm
    .select({ source: sources })
    .from(backendSources)
    .innerJoin(sources, eq(sources.id, backendSources.sourceId))
    .where(eq(backendSources.backendId, backendId))
    .orderBy(asc(backendSources.precedence))
    .all()
    .map((row) => row.source);
}

/** Throws NotFoundError. */
export function getSource({ orm }: Catalogue, id: number): Source {
  const source = orm.select().from(sources).where(eq(sources.id, id)).get();
  if (!source) throw new NotFoundError(`no source ${id}`);
  return source;
}

/** The enabled backends that show a source, oldest first: each has credentials that can list it. */
export function backendsOfSource({ orm }: Catalogue, sourceId: number): string[] {
  return orm
    .select({ id: backends.id })
    .from(backendSources)
    .innerJoin(backends, eq(backends.id, backendSources.backendId))
    .where(sql`${backendSources.sourceId} = ${sourceId} AND ${backends.enabled}`)
    .orderBy(asc(backends.createdAt), asc(backends.id))
    .all()
    .map((row) => row.id);
}

/** Whether several backends show a source. */
export function isShared({ sqlite }: Catalogue, sourceId: number): boolean {
  const select = "SELECT count(*) > 1 FROM backend_sources WHERE source_id = ?";
  return sqlite.prepare<[number], number>(select).pluck().get(sourceId) === 1;
}

/** Whether a backend still shows a source and has the credentials with this fingerprint, or one that was never taken. */
export function isSameBackend(
  { sqlite }: Catalogue,
  backendId: string,
  sourceId: number,
  credentials: string,
): boolean {
  const select = `SELECT count(*) FROM backends b JOIN backend_sources s ON s.backend_id = b.id
    WHERE b.id = ? AND s.source_id = ? AND coalesce(b.credentials, ?) = ?`;
  const of = [backendId, sourceId, credentials, credentials] as const;
  return (
    sqlite
      .prepare<[string, number, string, string], number>(select)
      .pluck()
      .get(...of) === 1
  );
}

/** Notes the fingerprint of a backend's credentials, where an older release took none. Call inside `write`. */
export function noteCredentials({ orm }: Catalogue, backendId: string, credentials: string): void {
  orm.update(backends).set({ credentials }).where(eq(backends.id, backendId)).run();
}

/** The sources that no backend shows any more, and none may show again. */
export function orphanSources({ sqlite }: Catalogue): number[] {
  const orphans = `SELECT id FROM sources WHERE id NOT IN (SELECT source_id FROM backend_sources)
    AND id NOT IN (SELECT source_id FROM held_views)`;
  return sqlite.prepare<[], number>(orphans).pluck().all();
}

/** Every source that a backend shows, oldest first. */
export function listSources({ orm }: Catalogue): Source[] {
  const shown = sql`${sources.id} IN (SELECT source_id FROM backend_sources)`;
  return orm.select().from(sources).where(shown).orderBy(asc(sources.id)).all();
}

/** How often each source that a backend shows changed, by id; cheap enough to ask before every answer. */
export function readRevisions({ sqlite }: Catalogue): Map<number, number> {
  const select = "SELECT id, revision FROM sources WHERE id IN (SELECT source_id FROM backend_sources)";
  return new Map(sqlite.prepare<[], [number, number]>(select).raw().all());
}

/** The rows of a source's present images that another source has as well. */
export function sharedRows({ sqlite }: Catalogue, sourceId: number, otherId: number): number[] {
  return sqlite
    .prepare<[number, number], number>(
      `SELECT i.id FROM images other CROSS JOIN images i ON i.image_id = other.image_id AND i.source_id = ?
       WHERE other.source_id = ? AND other.position IS NOT NULL AND +i.position IS NOT NULL`,
    )
    .pluck()
    .all(sourceId, otherId);
}
