import { compareNewestFirst } from "../../version-order.ts";
import { createdAt } from "../image/facts.ts";
import type { Entry } from "../server/answers.ts";

/** Builds of one family that were found: the best of them, and the others beneath it. */
export interface Fold {
  readonly key: string;
  readonly lead: Entry;
  /** The newest first. */
  readonly others: readonly Entry[];
}

/**
 * Folds what was found by family. The answer's order decides which build leads: the newest, unless an older one is starred or
 * was asked for by name.
 */
export function foldFamilies(entries: readonly Entry[]): Fold[] {
  return [...Map.groupBy(entries, familyKey)].flatMap(([key, [lead, ...others]]) =>
    lead ? [{ key, lead, others: newestFirst(others) }] : [],
  );
}

/** Equal for builds of one family, owner and architecture. */
export function familyKey(entry: Entry): string {
  // What is no build of anything stands alone.
  const family = entry.family ?? ["", entry.id];
  return JSON.stringify([entry.backend_id, family, entry.owner_id, entry.architecture]);
}

/** Builds of one family: by time, then by version; by version alone where one has no time. */
export function newestFirst(entries: readonly Entry[]): Entry[] {
  const isDated = entries.every((entry) => createdAt(entry) !== null);
  const made = (entry: Entry): string => (isDated ? (createdAt(entry) ?? "") : "");
  return entries.toSorted((a, b) =>
    made(a) === made(b) ? compareNewestFirst(a.name, b.name) : made(a) < made(b) ? 1 : -1,
  );
}

export function entryKey({ backend_id, id }: Pick<Entry, "backend_id" | "id">): string {
  return `${backend_id}/${id}`;
}
