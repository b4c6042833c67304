import type Database from "better-sqlite3";
import { compareTexts } from "../../catalogue/index/write-segments.ts";
import { readTie, type Tie } from "../../catalogue/read/read-images.ts";
import { naturalKey } from "../../version-order.ts";
import type { Found } from "./order-matches.ts";
import type { SortOrder } from "../term/image-query.ts";
import type { Side } from "../find/look-up.ts";
import { mergeSources, type Placed } from "./merge-sources.ts";

interface Sorted extends Placed {
  readonly created: number | null;
}

/** The finds of several sources in the order that is asked for: by rank, unless it says otherwise. */
export function placedInOrder(
  db: Database.Database,
  sides: readonly Side[],
  sort: SortOrder | undefined,
): Iterator<Placed> {
  return sort === undefined ? mergeSources(db, sides) : sortFinds(db, sides, sort)[Symbol.iterator]();
}

/** All finds by time or by name, whatever source they are of; stars do not count. Undated ones come last; ties are by id. */
function sortFinds(db: Database.Database, sides: readonly Side[], sort: SortOrder): Placed[] {
  const all = sides.flatMap(({ view, finds }) =>
    Array.from(finds.all(), ({ created, ...found }): Sorted => ({ view, created, found: { ...UNRANKED, ...found } })),
  );
  const tieOf = createTies(db);
  const byId = (a: Sorted, b: Sorted): number =>
    compareTexts(tieOf(a.found.rowId).imageId, tieOf(b.found.rowId).imageId) || a.view.source.id - b.view.source.id;
  const sign = sort.startsWith("-") ? -1 : 1;
  if (sort === "created" || sort === "-created") {
    const last = sign * Infinity;
    return all.sort((a, b) => order(a.created ?? last, b.created ?? last) * sign || byId(a, b));
  }
  const names = new Map(all.map((one) => [one, naturalKey(tieOf(one.found.rowId).name)]));
  const nameOf = (one: Sorted): string => names.get(one) ?? "";
  return all.sort((a, b) => sign * compareTexts(nameOf(a), nameOf(b)) || byId(a, b));
}

/** A find whose place is given by other things than its rank. */
export function placedFind(rowId: number, starred: boolean): Found {
  return { ...UNRANKED, rowId, starred };
}

const UNRANKED: Omit<Found, "rowId" | "starred"> = { exact: false, named: false, fit: 0, key: 0, score: 0 };

function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function createTies(db: Database.Database): (row: number) => Tie {
  const known = new Map<number, Tie>();
  return (row) => {
    let tie = known.get(row);
    if (!tie) known.set(row, (tie = readTie(db, row)));
    return tie;
  };
}
