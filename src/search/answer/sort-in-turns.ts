import { setImmediate as nextTurn } from "node:timers/promises";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { readTies } from "../../catalogue/read/read-candidates.ts";
import { naturalKey } from "../../version-order.ts";
import type { SortOrder } from "../term/image-query.ts";

/** A find that is to be sorted. */
export interface Unsorted {
  readonly rowId: number;
  readonly sourceId: number;
  /** Milliseconds; null when unknown. */
  readonly created: number | null;
}

interface Keyed<T extends Unsorted> {
  readonly find: T;
  readonly key: string | number;
  readonly imageId: string;
}

/** How many names are read, or matches compared, before other requests run: some milliseconds of work. */
const AT_ONCE = 500;

/** Sorts finds by name or time. Ties are by id, then by source; undated ones come last. */
export function sortAtOnce<T extends Unsorted>(catalogue: Catalogue, finds: readonly T[], sort: SortOrder): T[] {
  return keyed(catalogue, finds, sort)
    .sort(comparisonFor(sort))
    .map(({ find }) => find);
}

/** The same, letting other requests run in between: sorting the names of a large region takes seconds. */
export async function sortInTurns<T extends Unsorted>(
  catalogue: Catalogue,
  finds: readonly T[],
  sort: SortOrder,
): Promise<T[]> {
  const compare = comparisonFor(sort);
  let runs: Keyed<T>[][] = [];
  for (let at = 0; at < finds.length; at += AT_ONCE) {
    if (at > 0) await nextTurn();
    runs.push(keyed(catalogue, finds.slice(at, at + AT_ONCE), sort).sort(compare));
  }
  while (runs.length > 1) {
    const merged: Keyed<T>[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(await mergeRuns(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return (runs[0] ?? []).map(({ find }) => find);
}

function signOf(sort: SortOrder): number {
  return sort.startsWith("-") ? -1 : 1;
}

function comparisonFor(sort: SortOrder): (a: Keyed<Unsorted>, b: Keyed<Unsorted>) => number {
  const sign = signOf(sort);
  return (a, b) => sign * order(a.key, b.key) || order(a.imageId, b.imageId) || a.find.sourceId - b.find.sourceId;
}

function keyed<T extends Unsorted>(catalogue: Catalogue, finds: readonly T[], sort: SortOrder): Keyed<T>[] {
  const rows = finds.map(({ rowId }) => rowId);
  const ties = new Map(readTies(catalogue, rows).map((tie) => [tie.rowId, tie]));
  const last = signOf(sort) * Infinity;
  return finds.map((find) => {
    const { name = "", imageId = "" } = ties.get(find.rowId) ?? {};
    return { find, imageId, key: sort.endsWith("name") ? naturalKey(name) : (find.created ?? last) };
  });
}

/** Both are in order; of equals, those of the first come first. */
async function mergeRuns<K>(one: readonly K[], other: readonly K[], compare: (a: K, b: K) => number): Promise<K[]> {
  const merged: K[] = [];
  let [left, right] = [0, 0];
  while (left < one.length || right < other.length) {
    if (merged.length % (8 * AT_ONCE) === 0) await nextTurn();
    const [a, b] = [one[left], other[right]];
    if (a && (!b || compare(a, b) <= 0)) {
      merged.push(a);
      left++;
    } else if (b) {
      merged.push(b);
      right++;
    }
  }
  return merged;
}

function order(a: string | number, b: string | number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
