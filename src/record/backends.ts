import { asc, eq, sql } from "drizzle-orm";
import { UnknownBackendError } from "../errors.ts";
import { didYouMean } from "../near-names.ts";
import { bindSources } from "./bindings.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { backends } from "../catalogue/file/settings-schema.ts";
import type { SecretBox } from "../catalogue/file/secret-box.ts";

/** A backend as it is stored, without its secrets. */
export interface Backend {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly region: string | null;
  readonly apiurl: string | null;
  readonly tenantName: string | null;
  readonly roleArn: string | null;
  readonly externalId: string | null;
  readonly profile: string | null;
  readonly interface: string | null;
  readonly caCert: string | null;
  readonly enabled: boolean;
  /** Seconds; null follows the schedule of the process. */
  readonly pollInterval: number | null;
  readonly createdAt: string;
  /** When a person last changed it; null: never. */
  readonly changedAt: string | null;
  readonly hasCredentials: boolean;
  readonly starsRevision: number;
}

export interface BackendSecrets {
  readonly apikey: string | null;
  readonly apisecret: string | null;
}

/** What a provider calls a backend's sources; ids and accounts are the catalogue's. */
export interface SourceName {
  readonly key: string;
  readonly scope: "public" | "own";
}

export type NewBackend = Omit<Backend, "hasCredentials" | "starsRevision"> & BackendSecrets;

const withoutSecrets = {
  id: backends.id,
  title: backends.title,
  provider: backends.provider,
  region: backends.region,
  apiurl: backends.apiurl,
  tenantName: backends.tenantName,
  roleArn: backends.roleArn,
  externalId: backends.externalId,
  profile: backends.profile,
  interface: backends.interface,
  caCert: backends.caCert,
  enabled: backends.enabled,
  pollInterval: backends.pollInterval,
  createdAt: backends.createdAt,
  changedAt: backends.changedAt,
  starsRevision: backends.starsRevision,
  hasCredentials: sql<boolean>`${backends.sealedKey} IS NOT NULL`.mapWith(Boolean),
};

/** All backends, oldest first. */
export function listBackends({ orm }: Catalogue): Backend[] {
  return orm.select(withoutSecrets).from(backends).orderBy(asc(backends.createdAt), asc(backends.id)).all();
}

/** Throws UnknownBackendError, which names the ids that may have been meant. */
export function getBackend(catalogue: Catalogue, id: string): Backend {
  const backend = catalogue.orm.select(withoutSecrets).from(backends).where(eq(backends.id, id)).get();
  if (!backend) throw unknownBackend(catalogue, id);
  return backend;
}

function unknownBackend(catalogue: Catalogue, id: string): UnknownBackendError {
  const known = listBackends(catalogue).map((backend) => backend.id);
  return new UnknownBackendError(`no backend ${JSON.stringify(id)}${didYouMean(id, known)}`);
}

/** Opens a backend's credentials. Throws UnknownBackendError, or ConfigError under another key. */
export function readSecrets(catalogue: Catalogue, id: string, box: SecretBox): BackendSecrets {
  const sealed = catalogue.orm
    .select({ key: backends.sealedKey, secret: backends.sealedSecret })
    .from(backends)
    .where(eq(backends.id, id))
    .get();
  if (!sealed) throw unknownBackend(catalogue, id);
  return {
    apikey: sealed.key && box.open(sealed.key, `${id} apikey`),
    apisecret: sealed.secret && box.open(sealed.secret, `${id} apisecret`),
  };
}

/** A backend as its row is stored. */
export interface SealedBackend extends Omit<NewBackend, keyof BackendSecrets> {
  readonly credentials: string;
  readonly sealedKey: string | null;
  readonly sealedSecret: string | null;
}

/** Call before the transaction: the first key that a process derives takes 50 ms. */
export function sealBackend(backend: NewBackend, box: SecretBox): SealedBackend {
  const { apikey, apisecret, ...plain } = backend;
  return {
    ...plain,
    credentials: fingerprintOf(backend, box),
    sealedKey: apikey && box.seal(apikey, `${backend.id} apikey`),
    sealedSecret: apisecret && box.seal(apisecret, `${backend.id} apisecret`),
  };
}

/**
 * Stores a backend, new or changed, and ties it to its sources in order of precedence. A public source that another backend has
 * is shared. Where provider, region, address or credentials are other ones than before, the own images that the backend showed
 * are out of reach from this transaction on, until the next listing proves that the account is the same. Call inside a transaction.
 */
export function saveBackend(
  catalogue: Catalogue,
  backend: SealedBackend,
  sourceNames: readonly SourceName[],
  now: string,
): void {
  const { orm } = catalogue;
  const before = orm.select().from(backends).where(eq(backends.id, backend.id)).get();
  orm.insert(backends).values(backend).onConflictDoUpdate({ target: backends.id, set: backend }).run();
  if (before?.credentials === backend.credentials) return;
  const wanted = sourceNames.map(({ key: place, scope }) => ({ place, scope, account: null }));
  bindSources(catalogue, backend, wanted, now);
}

/** What decides whose images a backend shows. */
export type BackendAccess = Pick<
  NewBackend,
  | "provider"
  | "region"
  | "apiurl"
  | "tenantName"
  | "apikey"
  | "apisecret"
  | "roleArn"
  | "externalId"
  | "profile"
  | "interface"
  | "caCert"
>;

/** Names what decides whose images a backend shows; another name hides what it showed. */
export function fingerprintOf(access: BackendAccess, box: SecretBox): string {
  const { provider, region, apiurl, tenantName, apikey, apisecret } = access;
  const { roleArn, externalId, profile, interface: endpoint, caCert } = access;
  const later = [roleArn, externalId, profile, endpoint, caCert];
  // Backends without the later fields keep the name that older releases gave them.
  const given = later.some((value) => value !== null) ? later : [];
  return box.fingerprint(JSON.stringify([provider, region, apiurl, tenantName, apikey, apisecret, ...given]));
}

/**
 * Removes a backend, its stars and what it held. What only it showed is unreachable at once; `pruneSources` frees the space. Throws
 * UnknownBackendError. Call inside a transaction.
 */
export function deleteBackend(catalogue: Catalogue, id: string): void {
  const { changes } = catalogue.orm.delete(backends).where(eq(backends.id, id)).run();
  if (changes === 0) throw unknownBackend(catalogue, id);
}
