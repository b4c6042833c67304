import { and, eq } from "drizzle-orm";
import { FACTS_FORMAT } from "../catalogue/facts/columns-of.ts";
import { expireHeldViews } from "./held-views.ts";
import type { Catalogue } from "../catalogue/file/open-catalogue.ts";
import { backendSources, heldViews, sources } from "../catalogue/file/schema.ts";
import { isSameBackend, noteCredentials, orphanSources, type Source, sourcesOf } from "./sources.ts";
import { INDEX_FORMAT } from "../catalogue/index/index-source.ts";

/*
 * Which sources a backend shows. A source belongs to the account that was asked, never to the backend's id: a backend that is
 * given another account shows another source, and the one before is out of reach from that moment.
 */

/** A source that a backend is to show. */
export interface WantedSource {
  /** Provider, endpoint, region and scope: the `key` of the provider's description. */
  readonly place: string;
  readonly scope: "public" | "own";
  /** Of an own source, whose images it holds; null while nobody knows. */
  readonly account: string | null;
}

/** What stands for an account whose name no cloud tells: the keyed fingerprint of its credentials. */
export function fingerprintAccount(credentials: string): string {
  return `key-${credentials}`;
}

/** The ids of the backend's sources after `bindSources`, in the order that was wanted. */
export type BoundSources = readonly number[];

/**
 * Makes these the sources of a backend, in order of precedence. A source that another backend of the same account or place has
 * is shared. An own source that the backend showed and shows no more is held: out of reach, until `bindSources` wants its
 * account again. Call inside `write`.
 */
export function bindSources(
  catalogue: Catalogue,
  backend: { readonly id: string; readonly provider: string; readonly credentials: string },
  wanted: readonly WantedSource[],
  now: string,
): BoundSources {
  const { orm } = catalogue;
  // A view that was hidden for too long does not come back, though it may not have been removed yet.
  expireHeldViews(catalogue, now);
  const before = sourcesOf(catalogue, backend.id);
  const ids = wanted.map((source) =>
    source.scope === "public"
      ? ensurePublic(catalogue, backend.provider, source.place)
      : ensureOwn(catalogue, backend, source, before),
  );
  orm.delete(backendSources).where(eq(backendSources.backendId, backend.id)).run();
  ids.forEach((sourceId, precedence) => {
    orm.insert(backendSources).values({ backendId: backend.id, sourceId, precedence }).run();
    orm
      .delete(heldViews)
      .where(and(eq(heldViews.backendId, backend.id), eq(heldViews.sourceId, sourceId)))
      .run();
  });
  for (const source of before) {
    if (ids.includes(source.id) || source.scope === "public") continue;
    dropDeliveries(catalogue, backend.id, source.id);
    if (source.revision === 0 || source.account === null) continue;
    orm.insert(heldViews).values({ backendId: backend.id, sourceId: source.id, hiddenAt: now }).run();
  }
  return ids;
}

/** A backend as it was when its cloud said whose images it shows, and the sources that it is to show. */
export interface ProvenBinding {
  readonly backend: { readonly id: string; readonly provider: string };
  readonly credentials: string;
  /** The source whose listing asked. */
  readonly sourceId: number;
  readonly wanted: readonly WantedSource[];
  readonly now: string;
}

/** `bindSources`, unless the backend was changed meanwhile: then undefined. Call inside a transaction. */
export function bindProven(
  catalogue: Catalogue,
  { backend, credentials, sourceId, wanted, now }: ProvenBinding,
): BoundSources | undefined {
  if (!isSameBackend(catalogue, backend.id, sourceId, credentials)) return undefined;
  noteCredentials(catalogue, backend.id, credentials);
  return bindSources(catalogue, { ...backend, credentials }, wanted, now);
}

function ensurePublic(catalogue: Catalogue, provider: string, place: string): number {
  return sourceIdByKey(catalogue, place) ?? insertSource(catalogue, { key: place, place, provider, scope: "public" });
}

function ensureOwn(
  catalogue: Catalogue,
  { provider, credentials }: { readonly provider: string; readonly credentials: string },
  { place, account }: WantedSource,
  before: readonly Source[],
): number {
  const { orm } = catalogue;
  if (account === null) return insertSource(catalogue, { place, provider, scope: "own" });
  const key = `${place} ${account}`;
  const known = sourceIdByKey(catalogue, key);
  if (known !== undefined) return known;
  // Nobody knew whose images these are; or only that these credentials show them, and now their account has a name.
  const unnamed = before.find(
    (source) =>
      source.scope === "own" &&
      (source.account === null || (source.account === fingerprintAccount(credentials) && source.place === place)),
  );
  if (unnamed && isShownOnce(catalogue, unnamed.id)) {
    orm.update(sources).set({ key, place, account }).where(eq(sources.id, unnamed.id)).run();
    return unnamed.id;
  }
  return insertSource(catalogue, { key, place, account, provider, scope: "own" });
}

/** Whether one backend alone has the source, shown or held. */
function isShownOnce({ sqlite }: Catalogue, sourceId: number): boolean {
  const select = `SELECT (SELECT count(*) FROM backend_sources WHERE source_id = @sourceId)
    + (SELECT count(*) FROM held_views WHERE source_id = @sourceId)`;
  return sqlite.prepare<[{ sourceId: number }], number>(select).pluck().get({ sourceId }) === 1;
}

/** One that nobody shows is about to be removed, perhaps in part already: its key is free, its images are not. */
function sourceIdByKey(catalogue: Catalogue, key: string): number | undefined {
  const { orm } = catalogue;
  const id = orm.select({ id: sources.id }).from(sources).where(eq(sources.key, key)).get()?.id;
  if (id === undefined || !orphanSources(catalogue).includes(id)) return id;
  orm
    .update(sources)
    .set({ key: `${key} gone-${id}` })
    .where(eq(sources.id, id))
    .run();
  return undefined;
}

type NewSource = Pick<Source, "place" | "provider" | "scope"> & { readonly key?: string; readonly account?: string };

function insertSource(catalogue: Catalogue, source: NewSource): number {
  const id = nextSourceId(catalogue);
  catalogue.orm
    .insert(sources)
    .values({
      id,
      ...source,
      key: source.key ?? `${source.place} new-${id}`,
      factsFormat: FACTS_FORMAT,
      indexFormat: INDEX_FORMAT,
    })
    .run();
  return id;
}

/** Never an id that a source had before: answers that clients and caches keep are named after ids and revisions. */
function nextSourceId({ sqlite }: Catalogue): number {
  const next = sqlite
    .prepare<[], number>(
      `INSERT INTO counters VALUES ('source', 1 + (SELECT coalesce(max(id), 0) FROM sources))
       ON CONFLICT (name) DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value`,
    )
    .pluck()
    .get();
  if (next === undefined) throw new Error("no id for a source");
  return next;
}

/** What is queued for a backend's webhooks of a source that it shows no more. Whose runs are forgotten may be of it too. */
function dropDeliveries({ sqlite }: Catalogue, backendId: string, sourceId: number): void {
  sqlite
    .prepare(
      `DELETE FROM webhook_deliveries WHERE type = 'images.changed' AND state <> 'delivered'
         AND webhook_id IN (SELECT id FROM webhooks WHERE backend_id = @backendId)
         AND coalesce(run_id, 0) NOT IN (SELECT id FROM runs WHERE source_id <> @sourceId)`,
    )
    .run({ backendId, sourceId });
}
