import type { App } from "../app.ts";
import type { Backend } from "../record/backends.ts";
import { deriveAnew, sourcesToDerive } from "../catalogue/listing/derive-anew.ts";
import { openCatalogue } from "../catalogue/file/open-catalogue.ts";
import { sourcesOf } from "../record/sources.ts";
import { lockSource } from "../sync/source-lock.ts";
import { note } from "./print.ts";

/**
 * Rebuilds the search indexes of an older release's file, as a server does in the background. Skips those that another process
 * works on.
 */
export async function renewIndexes({ catalogue, registrar }: App, backends: readonly Backend[]): Promise<void> {
  const outdated = new Set(sourcesToDerive(catalogue));
  const sources = backends.flatMap(({ id }) => sourcesOf(catalogue, id)).filter(({ id }) => outdated.has(id));
  for (const { id, key, imageCount } of sources) {
    using lock = lockSource(catalogue.file, id);
    if (!lock) continue;
    if (imageCount > 0) note(`building the search index of ${key} after an upgrade (${imageCount} images)`);
    using own = openCatalogue(catalogue.file, { mustExist: true });
    await deriveAnew(own, id, registrar.now());
  }
}
