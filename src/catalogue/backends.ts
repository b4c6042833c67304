import { asc, eq, sql } from "drizzle-orm";
import { NotFoundError } from "../errors.ts";
import { createTextIndex } from "./text-index.ts";
import type { Catalogue } from "./open-catalogue.ts";
import { backendSources, backends, sources } from "./schema.ts";
import type { SecretBox } from "./secret-box.ts";
import { write } from "./write.ts";

/** A backend as it is stored, without its secrets. */
export interface Backend {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly region: string | null;
  readonly apiurl: string | null;
  readonly tenantName: string | null;
  readonly enabled: boolean;
  /** Seconds; null follows the schedule of the process. */
  readonly pollInterval: number | null;
  readonly createdAt: string;
  readonly hasCredentials: boolean;
  readonly starsRevision: number;
}

export interface BackendSecrets {
  readonly apikey: string | null;
  readonly apisecret: string | null;
}

/** A source as it is stored. */
export interface Source {
  readonly id: number;
  readonly key: string;
  readonly provider: string;
  readonly scope: "public" | "own";
  /** 0: never synced. */
  readonly revision: number;
  readonly imageCount: number;
  /** When the last full listing was committed. */
  readonly syncedAt: string | null;
  readonly probedAt: string | null;
  readonly changedAt: string | null;
}

/** What a backend's sources are called; ids are the catalogue's own. */
export type SourceName = Pick<Source, "key" | "scope">;

export type NewBackend = Omit<Backend, "hasCredentials" | "starsRevision"> & BackendSecrets;

const withoutSecrets = {
  id: backends.id,
  title: backends.title,
  provider: backends.provider,
  region: backends.region,
  apiurl: backends.apiurl,
  tenantName: backends.tenantName,
  enabled: backends.enabled,
  pollInterval: backends.pollInterval,
  createdAt: backends.createdAt,
  starsRevision: backends.starsRevision,
  hasCredentials: sql<boolean>`${backends.sealedKey} IS NOT NULL`.mapWith(Boolean),
};

/** All backends, oldest first. */
export function listBackends({ orm }: Catalogue): Backend[] {
  return orm.select(withoutSecrets).from(backends).orderBy(asc(backends.createdAt), asc(backends.id)).all();
}

/** Throws NotFoundError. */
export function getBackend({ orm }: Catalogue, id: string): Backend {
  const backend = orm.select(withoutSecrets).from(backends).where(eq(backends.id, id)).get();
  if (!backend) throw new NotFoundError(`no backend ${JSON.stringify(id)}`);
  return backend;
}

/** Opens a backend's credentials. Throws NotFoundError, or ConfigError under another key. */
export function readSecrets({ orm }: Catalogue, id: string, box: SecretBox): BackendSecrets {
  const sealed = orm
    .select({ key: backends.sealedKey, secret: backends.sealedSecret })
    .from(backends)
    .where(eq(backends.id, id))
    .get();
  if (!sealed) throw new NotFoundError(`no backend ${JSON.stringify(id)}`);
  return {
    apikey: sealed.key && box.open(sealed.key, `${id} apikey`),
    apisecret: sealed.secret && box.open(sealed.secret, `${id} apisecret`),
  };
}

/**
 * Stores a backend, new or changed, and ties it to its sources in order of precedence. A source that
 * is new is created empty; one that another backend has already is shared.
 */
export async function saveBackend(
  catalogue: Catalogue,
  backend: NewBackend,
  sourceNames: readonly SourceName[],
  box: SecretBox,
): Promise<void> {
  const { apikey, apisecret, ...plain } = backend;
  const row = {
    ...plain,
    sealedKey: apikey && box.seal(apikey, `${backend.id} apikey`),
    sealedSecret: apisecret && box.seal(apisecret, `${backend.id} apisecret`),
  };
  await write(catalogue, () => {
    const { orm } = catalogue;
    orm.insert(backends).values(row).onConflictDoUpdate({ target: backends.id, set: row }).run();
    orm.delete(backendSources).where(eq(backendSources.backendId, backend.id)).run();
    sourceNames.forEach((name, precedence) => {
      const sourceId = ensureSource(catalogue, backend.provider, name);
      orm.insert(backendSources).values({ backendId: backend.id, sourceId, precedence }).run();
    });
  });
}

/** Removes a backend and its stars. What only it showed is unreachable at once; `pruneSources` frees the space. */
export async function deleteBackend(catalogue: Catalogue, id: string): Promise<void> {
  const { changes } = await write(catalogue, () => catalogue.orm.delete(backends).where(eq(backends.id, id)).run());
  if (changes === 0) throw new NotFoundError(`no backend ${JSON.stringify(id)}`);
}

function ensureSource({ orm, sqlite }: Catalogue, provider: string, { key, scope }: SourceName): number {
  const known = orm.select({ id: sources.id }).from(sources).where(eq(sources.key, key)).get();
  if (known) return known.id;
  const { id } = orm.insert(sources).values({ key, provider, scope }).returning({ id: sources.id }).get();
  createTextIndex(sqlite, id);
  return id;
}
