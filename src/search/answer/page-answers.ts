import { inOneState } from "../../catalogue/file/connection.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EntryShape } from "../../catalogue/read/read-entries.ts";
import type { Backend } from "../../record/backends.ts";
import type { FamilyIndex } from "../families/family-index.ts";
import { matchSource, type Searched } from "../find/match-sources.ts";
import { type ImageQuery, minuteOf, type PreparedQuery, prepareQuery } from "../term/image-query.ts";
import { once } from "../../once.ts";
import { countFinds, lookUp, type Side, sourceLookUp, take, withFamilies } from "../find/look-up.ts";
import { createMemo } from "./memo.ts";
import { mergeSources, type Placed } from "./merge-sources.ts";
import { createSortedOrders } from "./sorted-orders.ts";
import type { View, Views, ViewSource } from "../find/view.ts";
import { stateKeyOf } from "./withdrawn.ts";
import { writeEntries } from "./write-entries.ts";

/** A page of an answer. */
export interface ImagesPage {
  /** Images found, on all pages together. */
  readonly total: number;
  /** The JSON array, in UTF-8. */
  readonly body: Buffer;
}

export interface PageOptions extends EntryShape {
  readonly limit: number;
  readonly offset: number;
}

/** Answers pages, and remembers them as long as the catalogue stays the same. */
export interface Pages {
  page(backends: readonly Backend[], query: ImageQuery, options: PageOptions): Promise<ImagesPage>;
  forget(): void;
}

/** What pages are read from. */
export interface PageSources extends Searched {
  readonly views: Views;
  readonly families: FamilyIndex;
}

/** Memory for answers that are asked for again. */
const MEMO_BYTES = 16 * 1024 * 1024;
/** Milliseconds of looking up before other requests run. */
const TURN_MS = 4;

export function createPages({ now, ...from }: PageSources & { readonly now: () => string }): Pages {
  const { catalogue, views, families } = from;
  const pages = createMemo<ImagesPage>(MEMO_BYTES, ({ body }) => body.length);
  const orders = createSortedOrders(from);

  const page = async (backends: readonly Backend[], query: ImageQuery, options: PageOptions): Promise<ImagesPage> => {
    const moment = now();
    const prepared = once(() => prepareQuery(query, moment));
    const { sort } = query;
    for (;;) {
      const view = views.of(backends);
      const isCurrent = (): boolean => views.of(backends).key === view.key;
      const asked = [stateKeyOf(from.index, view, moment), minuteOf(query, moment), query];
      const key = JSON.stringify([...asked, options]);
      const remembered = pages.get(key);
      if (remembered) return remembered;
      const find = async (): Promise<ImagesPage | undefined> => {
        const found = view.sources.length > 1 ? await lookUpInTurns(from, view, prepared(), isCurrent) : undefined;
        const order = sort && (await orders.of(view, prepared(), { sort, key: JSON.stringify(asked), isCurrent }));
        if (sort && !order) return undefined;
        const read = (): ImagesPage =>
          order
            ? writePage(catalogue, order.page(view, options.offset, options.limit), order.total, options)
            : readPage(from, view, prepared(), options, found?.sides());
        // One transaction sees one state of the catalogue, which may be newer than the view.
        return from.index.inTurns(() => inOneState(catalogue, () => (isCurrent() ? read() : undefined)));
      };
      const answer = await withFamilies(find, () => families.caughtUp(view.sources.map(({ source }) => source.id)));
      if (!answer) continue;
      pages.set(key, answer);
      return answer;
    }
  };
  return {
    page,
    forget() {
      pages.clear();
      orders.forget();
    },
  };
}

/** What was found source by source, each in a state of its own. */
interface FoundInTurns {
  /** Undefined where the segments of a source are not those that it was found in: they may have been merged, and their pages be gone. */
  sides(): readonly Side[] | undefined;
}

/**
 * Looks each source up in turns of its own, and its first match; other requests run in between. Only a page that is read while the
 * view is current may use what was found. Undefined where the page must look up anew, with everything cached.
 */
async function lookUpInTurns(
  from: PageSources,
  view: View,
  query: PreparedQuery,
  isCurrent: () => boolean,
): Promise<FoundInTurns | undefined> {
  const isApart = query.latest === undefined && query.sort === undefined;
  const sideOf = sourceLookUp(from, view, query, from.families);
  const segmentsOf = ({ source }: ViewSource): string =>
    from.index
      .segmentsOf(source.id, "present")
      .map(({ id }) => id)
      .join(" ");
  const lookUpOne = (source: ViewSource): { readonly side: Side; readonly segments: string } | undefined => {
    if (!isApart) return void matchSource(from, source, query);
    if (!isCurrent()) return undefined;
    const side = sideOf(source);
    for (const _ of side.finds.inOrder()) break;
    return { side, segments: segmentsOf(source) };
  };
  const found: { readonly side: Side; readonly segments: string }[] = [];
  let until = performance.now() + TURN_MS;
  for (const source of view.sources) {
    const one = await from.index.inTurns(() => inOneState(from.catalogue, () => lookUpOne(source)));
    if (one) found.push(one);
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + TURN_MS;
  }
  if (found.length < view.sources.length) return undefined;
  const isThere = (): boolean => found.every(({ side, segments }) => segmentsOf(side.view) === segments);
  return { sides: () => (isThere() ? found.map(({ side }) => side) : undefined) };
}

function readPage(
  from: PageSources,
  view: View,
  query: PreparedQuery,
  options: PageOptions,
  sides: readonly Side[] = lookUp(from, view, query, from.families),
): ImagesPage {
  const found = take(mergeSources(from.catalogue, sides), options.offset, options.limit);
  return writePage(from.catalogue, found, countFinds(sides), options);
}

function writePage(catalogue: Catalogue, found: readonly Placed[], total: number, shape: EntryShape): ImagesPage {
  const entries = [...writeEntries(catalogue, found, shape, "[")];
  return { total, body: Buffer.concat([...entries, Buffer.from(entries.length === 0 ? "[]" : "]")]) };
}
