import { compareNewestFirst } from "../../version-order.ts";
import { createdAt } from "../image/facts.ts";
import type { Entry } from "../server/answers.ts";

/** The matching builds of one family: the best one, and the others below it. */
export interface Fold {
  readonly key: string;
  readonly lead: Entry;
  /** The newest first. */
  readonly others: readonly Entry[];
}

/**
 * Groups the matches by family. The first one of the answer leads: the newest, unless an older one is starred or was searched
 * for by name.
 */
export function foldFamilies(entries: readonly Entry[]): Fold[] {
  return [...Map.groupBy(entries, familyKey)].flatMap(([key, [lead, ...others]]) =>
    lead ? [{ key, lead, others: newestFirst(others) }] : [],
  );
}

/** Equal for builds of one family, owner and architecture. */
export function familyKey(entry: Entry): string {
  // An image without a family stands alone.
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
