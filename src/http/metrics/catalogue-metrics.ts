import { statSync } from "node:fs";
import type { Source } from "../../record/sources.ts";
import type { Registry } from "prom-client";
import { countRetired } from "../../catalogue/read/read-retired.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { CATALOGUE_STATES, createBackendReader, type CurrentBackends } from "../answering/catalogue-state.ts";
import { addGauge } from "./collected-metric.ts";
import type { HttpContext } from "../answering/http-context.ts";

/** The catalogue's content and age by backend, no matter which process synced it; the index and the files. */
export function addCatalogueMetrics(
  { catalogue, search, now }: Pick<HttpContext, "catalogue" | "search" | "now">,
  registry: Registry,
): void {
  const read = createBackendReader(catalogue);
  const retiredOf = createRetiredCounter(catalogue);
  const gauge = (
    name: string,
    help: string,
    valueOf: (backend: CurrentBackends & { readonly isEnabled: boolean }) => number | undefined,
  ): void =>
    addGauge(registry, {
      name,
      help,
      labels: ["backend"],
      *read() {
        for (const { id, enabled } of read().backends) {
          const value = valueOf({ ...read(id), isEnabled: enabled });
          if (value !== undefined) yield [{ backend: id }, value];
        }
      },
    });
  gauge("imagedex_catalogue_images", "Images that a backend shows", ({ backends }) => search.imageCount(backends));
  gauge(
    "imagedex_catalogue_retired_images",
    "Images that are kept although no source of the backend lists them any more",
    ({ status }) => status.sources.reduce((sum, source) => sum + retiredOf(source), 0),
  );
  gauge(
    "imagedex_catalogue_age_seconds",
    "Age of the oldest listing in seconds; absent before the first one",
    ({ status: { syncedAt } }) =>
      syncedAt === null ? undefined : Math.max(0, (Date.parse(now()) - Date.parse(syncedAt)) / 1000),
  );
  gauge(
    "imagedex_parts_out_of_reach",
    "Parts of a backend's sources, such as nodes or repositories, that the last listing could not reach",
    ({ status: { parts } }) => parts.length,
  );
  gauge("imagedex_backend_enabled", "1 if the backend is enabled", ({ isEnabled }) => Number(isEnabled));
  addGauge(registry, {
    name: "imagedex_catalogue_state",
    help: "1 for the current state of a backend's catalogue: new, partial, stale or complete",
    labels: ["backend", "state"],
    *read() {
      for (const { id } of read().backends) {
        const current = read(id).status.state;
        for (const state of CATALOGUE_STATES) yield [{ backend: id, state }, Number(state === current)];
      }
    },
  });
  addFileMetrics(catalogue, registry);
  addIndexMetrics(search, registry);
}

function addIndexMetrics(search: HttpContext["search"], registry: Registry): void {
  addGauge(registry, {
    name: "imagedex_index_families",
    help: "Families in the ranking index",
    read: () => [[{}, search.familyCount]],
  });
  addGauge(registry, {
    name: "imagedex_index_words",
    help: "Distinct words in the ranking index",
    read: () => [[{}, search.wordCount]],
  });
}

function addFileMetrics({ file: path }: Catalogue, registry: Registry): void {
  const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  addGauge(registry, {
    name: "imagedex_database_bytes",
    help: "Size of the catalogue file and of its write-ahead log",
    labels: ["file"],
    read: () => [
      [{ file: "database" }, bytesOf(path)],
      [{ file: "wal" }, bytesOf(`${path}-wal`)],
    ],
  });
}

/** Counts the retired images of a source; counts again only after a change. */
function createRetiredCounter(catalogue: Catalogue): (source: Source) => number {
  const kept = new Map<number, { readonly state: string; readonly count: number }>();
  return ({ id, key, revision }) => {
    const state = `${revision} ${key}`;
    const known = kept.get(id);
    if (known?.state === state) return known.count;
    const count = countRetired(catalogue, id);
    kept.set(id, { state, count });
    return count;
  };
}
