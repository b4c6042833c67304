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

/** Removes the sources that no backend shows any more, images and index with them. Returns how many. */
export function pruneSources({ sqlite }: Catalogue): number {
  const orphans = sqlite
    .prepare<[], number>("SELECT id FROM sources WHERE id NOT IN (SELECT source_id FROM backend_sources)")
    .pluck();
  const remove = sqlite.transaction((id: number) => {
    dropTextIndex(sqlite, id);
    sqlite.prepare("DELETE FROM images WHERE source_id = ?").run(id);
    sqlite.prepare("DELETE FROM sources WHERE id = ? AND id NOT IN (SELECT source_id FROM backend_sources)").run(id);
  });
  const ids = orphans.all();
  for (const id of ids) remove.immediate(id);
  return ids.length;
}

/** Every source, oldest first. */
export function listSources({ orm }: Catalogue): Source[] {
  return orm.select().from(sources).orderBy(asc(sources.id)).all();
}
