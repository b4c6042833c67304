import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import type { Found } from "./order-matches.ts";
import type { Scores } from "./rank.ts";
import type { SortOrder } from "../term/image-query.ts";
import type { Side } from "../find/look-up.ts";
import { mergeSources, type Placed } from "./merge-sources.ts";
import { sortAtOnce } from "./sort-in-turns.ts";

/** The matches of several sources in the requested order; by default by rank. */
export function placedInOrder(
  catalogue: Catalogue,
  sides: readonly Side[],
  sort: SortOrder | undefined,
): Iterator<Placed> {
  return sort === undefined ? mergeSources(catalogue, sides) : sortFinds(catalogue, sides, sort)[Symbol.iterator]();
}

/** All finds of all sources by time or by name; stars do not count. */
function sortFinds(catalogue: Catalogue, sides: readonly Side[], sort: SortOrder): Placed[] {
  const all = sides.flatMap(({ view, finds }) =>
    Array.from(finds.all(), ({ rowId, starred, created }) => {
      return { view, rowId, starred, created, sourceId: view.source.id };
    }),
  );
  return sortAtOnce(catalogue, all, sort).map(({ view, rowId, starred }) => ({
    view,
    found: placedFind(rowId, starred),
  }));
}

/** A match whose place does not depend on its rank. */
export function placedFind(rowId: number, starred: boolean): Found {
  return { ...UNRANKED, rowId, starred };
}

const NO_SCORES: Scores = () => new Map();
const UNRANKED: Omit<Found, "rowId" | "starred"> = {
  exact: false,
  named: false,
  fit: 0,
  key: 0,
  family: 0,
  scores: NO_SCORES,
};
