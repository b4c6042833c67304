import { inOneState } from "../../catalogue/file/connection.ts";
import { lookUp, type ScoredFamilies } from "../find/look-up.ts";
import type { Searched } from "../find/match-sources.ts";
import type { View } from "../find/view.ts";
import type { PreparedQuery, SortOrder } from "../term/image-query.ts";
import { createMemo } from "./memo.ts";
import type { Placed } from "./merge-sources.ts";
import { placedFind } from "./sort-finds.ts";
import { sortInTurns, type Unsorted } from "./sort-in-turns.ts";

/** All finds of a query in the order of a `sort`. */
export interface SortedOrder {
  readonly total: number;
  /** Matches from `offset` on, with the sources of the view that was sorted. */
  page(view: View, offset: number, limit: number): Placed[];
}

/** Orders by time or name, remembered as long as the catalogue stays the same, for the next pages. */
export interface SortedOrders {
  /** Undefined when the catalogue changed meanwhile. */
  of(view: View, query: PreparedQuery, sorting: Sorting): Promise<SortedOrder | undefined>;
  forget(): void;
}

/** How finds are sorted. */
export interface Sorting {
  readonly sort: SortOrder;
  /** What the order depends on. */
  readonly key: string;
  /** Whether the catalogue is still in the state that the view was made of. */
  readonly isCurrent: () => boolean;
}

/** What finds are looked up in. */
interface OrderSources extends Searched {
  readonly families: ScoredFamilies;
}

/** Bytes. An order of a region of 200,000 images takes a twelfth. */
const KEPT_BYTES = 32 * 1024 * 1024;
const BYTES_A_FIND = Float64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT;

export function createSortedOrders(from: OrderSources): SortedOrders {
  const kept = createMemo<SortedOrder>(KEPT_BYTES, ({ total }) => total * BYTES_A_FIND);
  return {
    async of(view, query, { sort, key, isCurrent }) {
      const known = kept.get(key);
      if (known) return known;
      const finds = await from.index.inTurns(() =>
        inOneState(from.catalogue, () => (isCurrent() ? allFinds(from, view, query) : undefined)),
      );
      if (!finds) return undefined;
      const order = pack(await sortInTurns(from.catalogue, finds, sort));
      // Names were read as they came to be.
      if (!isCurrent()) return undefined;
      kept.set(key, order);
      return order;
    },
    forget: () => kept.clear(),
  };
}

interface FoundInView extends Unsorted {
  /** Twice its source's place in the view, and one more when it is starred. */
  readonly mark: number;
}

function allFinds(from: OrderSources, view: View, query: PreparedQuery): FoundInView[] {
  const places = new Map(view.sources.map(({ source }, place) => [source.id, place]));
  return lookUp(from, view, query, from.families).flatMap(({ view: { source }, finds }) =>
    Array.from(finds.all(), ({ rowId, created, starred }) => {
      return { rowId, created, sourceId: source.id, mark: 2 * (places.get(source.id) ?? 0) + (starred ? 1 : 0) };
    }),
  );
}

function pack(sorted: readonly FoundInView[]): SortedOrder {
  const rows = Float64Array.from(sorted, ({ rowId }) => rowId);
  const marks = Uint32Array.from(sorted, ({ mark }) => mark);
  return {
    total: rows.length,
    page: ({ sources }, offset, limit) =>
      Array.from(rows.subarray(offset, offset + limit)).flatMap((rowId, at) => {
        const mark = marks[offset + at] ?? 0;
        const view = sources[mark >> 1];
        return view ? [{ view, found: placedFind(rowId, (mark & 1) === 1) }] : [];
      }),
  };
}
