import { dropEmptyOf } from "./families.ts";
import { hasExpiredViews } from "../../record/held-views.ts";
import { sweepPages } from "../index/segment-pages.ts";
import { sweepAll } from "../index/stage-segments.ts";
import type { Catalogue } from "../file/open-catalogue.ts";
import { runsUnderWay } from "../../record/runs.ts";
import { orphanSources } from "../../record/sources.ts";
import { write } from "../file/write.ts";

/** Whether `pruneSources` has something to remove, or will when the views that were hidden days ago are given up. */
export function hasPrunable(catalogue: Catalogue, now: string): boolean {
  return removableSources(catalogue).length > 0 || hasExpiredViews(catalogue, now);
}

/** A run that waits may be about to be moved to another source; with its own it would be gone, and nobody would hear of its end. */
function removableSources(catalogue: Catalogue): number[] {
  const waiting = new Set(
    runsUnderWay(catalogue).flatMap(({ state, sourceId }) => (state === "queued" ? sourceId : [])),
  );
  return orphanSources(catalogue).filter((id) => !waiting.has(id));
}

/** Rows that one transaction removes: others wait for some milliseconds at most. */
const REMOVED_AT_ONCE = 500;

/**
 * Removes the sources that no backend shows any more, with their images, index, and the families that nobody else has. Nobody
 * can reach them, so it goes in small steps. Returns how many sources went.
 */
export async function pruneSources(catalogue: Catalogue): Promise<number> {
  const { sqlite } = catalogue;
  const ids = removableSources(catalogue);
  const removeSome = sqlite.prepare<[number]>(
    `DELETE FROM images WHERE id IN (SELECT id FROM images WHERE source_id = ? LIMIT ${REMOVED_AT_ONCE})`,
  );
  const familiesOf = sqlite.prepare<[number], number>("SELECT DISTINCT family_id FROM images WHERE source_id = ?");
  for (const id of ids) {
    const families = familiesOf.pluck().all(id);
    await write(catalogue, () => sqlite.prepare("DELETE FROM search_segments WHERE source_id = ?").run(id));
    await sweepAll(catalogue);
    while ((await write(catalogue, () => removeSome.run(id).changes)) > 0);
    await write(catalogue, () => sqlite.prepare("DELETE FROM sources WHERE id = ?").run(id));
    for (let at = 0; at < families.length; at += REMOVED_AT_ONCE)
      await write(catalogue, () => dropEmptyOf(sqlite, families.slice(at, at + REMOVED_AT_ONCE)));
  }
  return ids.length;
}

/**
 * The same at once, in the caller's transaction: for a copy that nobody else has open. Families go as well whose last image went
 * otherwise.
 */
export function dropOrphans(catalogue: Catalogue): void {
  const { sqlite } = catalogue;
  const remove = sqlite.prepare<[number]>("DELETE FROM sources WHERE id = ?");
  for (const id of orphanSources(catalogue)) {
    sqlite.prepare("DELETE FROM images WHERE source_id = ?").run(id);
    remove.run(id);
  }
  sweepPages(sqlite, Number.MAX_SAFE_INTEGER);
  sqlite.exec("DELETE FROM families WHERE id NOT IN (SELECT family_id FROM images)");
  sqlite.exec(
    "DELETE FROM shared_extras WHERE (source_id, id) NOT IN (SELECT source_id, shared_id FROM images WHERE shared_id IS NOT NULL)",
  );
}
