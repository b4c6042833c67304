import { asc, eq, sql } from "drizzle-orm";
import { NotFoundError } from "../errors.ts";
import type { Source } from "./backends.ts";
import type { Catalogue } from "./open-catalogue.ts";
import { backendSources, backends, sources } from "./schema.ts";
import { dropTextIndex } from "./text-index.ts";

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

/** The sources that no backend shows any more. */
export function orphanSources({ sqlite }: Catalogue): number[] {
  const orphans = "SELECT id FROM sources WHERE id NOT IN (SELECT source_id FROM backend_sources)";
  return sqlite.prepare<[], number>(orphans).pluck().all();
}

/** Removes the sources that no backend shows any more, images and index with them. Returns how many. */
export function pruneSources(catalogue: Catalogue): number {
  const { sqlite } = catalogue;
  const remove = sqlite.transaction((id: number) => {
    if (!orphanSources(catalogue).includes(id)) return;
    dropTextIndex(sqlite, id);
    sqlite.prepare("DELETE FROM images WHERE source_id = ?").run(id);
    sqlite.prepare("DELETE FROM sources WHERE id = ?").run(id);
  });
  const ids = orphanSources(catalogue);
  for (const id of ids) remove.immediate(id);
  return ids.length;
}

/** Every source, oldest first. */
export function listSources({ orm }: Catalogue): Source[] {
  return orm.select().from(sources).orderBy(asc(sources.id)).all();
}

/** How often each source changed, by id; cheap enough to ask before every answer. */
export function readRevisions({ sqlite }: Catalogue): Map<number, number> {
  return new Map(sqlite.prepare<[], [number, number]>("SELECT id, revision FROM sources").raw().all());
}

/** The positions in a source of the images that another source holds as well. */
export function sharedPositions({ sqlite }: Catalogue, sourceId: number, otherId: number): number[] {
  return sqlite
    .prepare<[number, number], number>(
      `SELECT i.position FROM images other CROSS JOIN images i ON i.image_id = other.image_id AND i.source_id = ?
       WHERE other.source_id = ? AND other.position IS NOT NULL AND +i.position IS NOT NULL`,
    )
    .pluck()
    .all(sourceId, otherId);
}
