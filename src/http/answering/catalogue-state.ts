import { type Backend, getBackend, listBackends } from "../../record/backends.ts";
import { type Catalogue, catalogueVersion } from "../../catalogue/file/open-catalogue.ts";
import { lastEnded, type Run } from "../../record/runs.ts";
import { type PartOutOfReach, partsOutOfReach } from "../../catalogue/listing/source-parts.ts";
import { type Source, sourcesOf } from "../../record/sources.ts";
import { isSearched } from "../../providers/registry.ts";
import { BadRequestError } from "../../errors.ts";

/**
 * How complete and current a catalogue is. `complete`: the last listing of every source was committed. `stale`: the last run or
 * the last full listing of some source failed or was refused, so that an older listing is shown (also while the next run is
 * under way); or a part of a source is out of reach. `partial`: some source, or a part of one, was never listed, or its cloud
 * can only be searched.
 */
export const CATALOGUE_STATES = ["complete", "stale", "partial", "new"] as const;
export type CatalogueState = (typeof CATALOGUE_STATES)[number];

export interface CatalogueStatus {
  readonly state: CatalogueState;
  /** When the oldest of the listings shown was committed: ISO 8601; null when there is none. */
  readonly syncedAt: string | null;
  /** When an image last changed. */
  readonly changedAt: string | null;
  readonly sources: readonly Source[];
  /** Parts of the sources that the last listing could not reach. */
  readonly parts: readonly PartOutOfReach[];
}

/** Backends and their status as they are now. */
export interface CurrentBackends {
  readonly backends: readonly Backend[];
  readonly status: CatalogueStatus;
}

/** Reads one backend, or all, with the status; reads again only what changed. */
export type ReadBackends = (id?: string) => CurrentBackends;

/** As many as a busy process has backends. */
const KEPT = 500;

export function createBackendReader(catalogue: Catalogue): ReadBackends {
  const kept = new Map<string, CurrentBackends>();
  let version = "";
  return (id) => {
    const current = catalogueVersion(catalogue);
    if (current !== version || kept.size > KEPT) kept.clear();
    version = current;
    const key = id === undefined ? "" : `=${id}`;
    const known = kept.get(key);
    if (known) return known;
    const backends = id === undefined ? listBackends(catalogue) : [getBackend(catalogue, id)];
    const read = { backends, status: readStatus(catalogue, backends) };
    kept.set(key, read);
    return read;
  };
}

/**
 * The backends in one of these regions; without `regions` all. Throws BadRequestError for a region without a backend: its
 * images are unknown.
 */
export function inRegions(
  catalogue: Catalogue,
  current: CurrentBackends,
  regions: readonly string[] | undefined,
): CurrentBackends {
  if (!regions) return current;
  const there = new Set(current.backends.map(({ region }) => region?.toLowerCase()));
  const unknown = regions.find((region) => !there.has(region.toLowerCase()));
  if (unknown !== undefined) {
    const known = [...new Set(current.backends.flatMap(({ region }) => region ?? []))].toSorted().slice(0, 50);
    const said = known.length === 0 ? "none has a region" : `expected one of ${known.join(", ")}`;
    throw new BadRequestError(`region: no backend is in ${JSON.stringify(unknown)}; ${said}`, "region");
  }
  const asked = new Set(regions.map((region) => region.toLowerCase()));
  const backends = current.backends.filter(({ region }) => region !== null && asked.has(region.toLowerCase()));
  return { backends, status: readStatus(catalogue, backends) };
}

export function readStatus(catalogue: Catalogue, backends: readonly Backend[]): CatalogueStatus {
  const known = new Map<number, Source>();
  for (const { id } of backends) for (const source of sourcesOf(catalogue, id)) known.set(source.id, source);
  const sources = [...known.values()];
  const parts = partsOutOfReach(
    catalogue,
    sources.map(({ id }) => id),
  );
  const state = withParts(
    stateOf(
      sources,
      sources.flatMap(({ id }) => [lastEnded(catalogue, id), lastEnded(catalogue, id, "full")]),
    ),
    parts,
  );
  return {
    state: state !== "new" && sources.some(({ provider }) => isSearched(provider)) ? "partial" : state,
    syncedAt:
      [...sources.map(({ syncedAt }) => syncedAt), ...parts.map(({ listedAt }) => listedAt)]
        .filter((at) => at !== null)
        .toSorted()[0] ?? null,
    changedAt:
      sources
        .flatMap(({ changedAt }) => changedAt ?? [])
        .toSorted()
        .at(-1) ?? null,
    sources,
    parts,
  };
}

/** The state with its parts out of reach: one that was never listed makes it partial, any other stale. */
function withParts(state: CatalogueState, parts: readonly Pick<PartOutOfReach, "listedAt">[]): CatalogueState {
  if (state === "new" || parts.length === 0) return state;
  return state === "partial" || parts.some(({ listedAt }) => listedAt === null) ? "partial" : "stale";
}

/** `new` if nothing was ever listed. Only runs that ended count. */
export function stateOf(
  sources: readonly Pick<Source, "revision">[],
  ended: readonly (Pick<Run, "state"> | undefined)[],
): CatalogueState {
  const synced = sources.filter(({ revision }) => revision > 0).length;
  if (synced === 0) return "new";
  if (synced < sources.length) return "partial";
  return ended.some((run) => run?.state === "failed" || run?.state === "refused") ? "stale" : "complete";
}
