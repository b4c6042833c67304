import { LRUCache } from "lru-cache";
import type { Backend } from "../../record/backends.ts";
import { type Catalogue, catalogueVersion } from "../../catalogue/file/open-catalogue.ts";
import { type Source, sharedRows, sourcesOf } from "../../record/sources.ts";
import { starredIds } from "../../record/stars.ts";
import type { FamilyFollower } from "../families/follow-families.ts";

/** What a search covers: the sources of one or more backends at one moment. */
export interface View {
  /** Changes whenever an answer might change: with revisions of the sources, and the backends' stars. */
  readonly key: string;
  readonly sources: readonly ViewSource[];
}

/** A source, and the backend that it is searched for. */
export interface ViewSource {
  readonly source: Source;
  readonly backendId: string;
  /** Ids starred in the backend. */
  readonly starred: ReadonlySet<string>;
  /** Rows of images that an earlier source also has; that source counts. */
  readonly hidden: ReadonlySet<number>;
}

export function sourceIdsOf(view: View): Set<number> {
  return new Set(view.sources.map(({ source }) => source.id));
}

/**
 * The view of the current catalogue, once the family index has caught up with it. The order of answers depends on both, so equal
 * questions about one state get equal answers.
 */
export async function currentView(
  views: Views,
  families: Pick<FamilyFollower, "isCurrent" | "caughtUp">,
  backends: readonly Backend[],
): Promise<View> {
  for (;;) {
    const view = views.of(backends);
    const sources = view.sources.map(({ source }) => source);
    if (families.isCurrent(sources)) return view;
    await families.caughtUp(sources.map(({ id }) => id));
  }
}

/** The state that views are made from, kept between requests while nothing changes. */
export interface Views {
  of(backends: readonly Backend[]): View;
}

/** About as many as a busy process has backends; each view holds stars and hidden rows. */
const KEPT = 200;

export function createViews(catalogue: Catalogue): Views {
  const kept = new LRUCache<string, View>({ max: KEPT });
  // The same list of backends is asked for again and again while nothing changes.
  const latest = new WeakMap<readonly Backend[], { readonly version: string; readonly view: View }>();
  return {
    of(backends) {
      const version = catalogueVersion(catalogue);
      const known = latest.get(backends);
      if (known?.version === version) return known.view;
      const view = readView(catalogue, backends, kept);
      latest.set(backends, { version, view });
      return view;
    },
  };
}

function readView(catalogue: Catalogue, backends: readonly Backend[], kept: LRUCache<string, View>): View {
  const parts = backends.map((backend) => ({ backend, sources: sourcesOf(catalogue, backend.id) }));
  const key = parts
    .map(({ backend, sources }) =>
      // A backend that was removed and added again restarts its count of star changes.
      [
        backend.id,
        backend.createdAt,
        backend.starsRevision,
        ...sources.map(({ id, revision }) => `${id}.${revision}`),
      ].join(" "),
    )
    .join("\n");
  const known = kept.get(key);
  if (known) return known;
  const all = parts.flatMap((part) => sourcesInView(catalogue, part));
  // A source that several backends share counts for the first of them.
  const sources = all.filter(({ source }, at) => all.findIndex((other) => other.source.id === source.id) === at);
  kept.set(key, { key, sources });
  return { key, sources };
}

function sourcesInView(
  catalogue: Catalogue,
  { backend, sources }: { backend: Backend; sources: readonly Source[] },
): ViewSource[] {
  const starred = new Set(starredIds(catalogue, backend.id));
  return sources.map((source, at) => ({
    source,
    backendId: backend.id,
    starred,
    hidden: new Set(sources.slice(0, at).flatMap((first) => sharedRows(catalogue, source.id, first.id))),
  }));
}
