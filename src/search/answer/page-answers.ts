import { setImmediate as nextTurn } from "node:timers/promises";
import type { EntryShape } from "../../catalogue/read/read-entries.ts";
import type { Backend } from "../../record/backends.ts";
import type { FamilyIndex } from "../families/family-index.ts";
import { matchSource, type Searched } from "../find/match-sources.ts";
import { type ImageQuery, minuteOf, type PreparedQuery, prepareQuery } from "../term/image-query.ts";
import { countFinds, lookUp, take } from "../find/look-up.ts";
import { createMemo } from "./memo.ts";
import { placedInOrder } from "./sort-finds.ts";
import { currentView, type View, type Views } from "../find/view.ts";
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

/** Answers by the page, and remembers them while the catalogue stays the same. */
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
/** Sources are looked up for so long at a time, in milliseconds; other requests have their turn in between. */
const TURN_MS = 4;

export function createPages({ now, ...from }: PageSources & { readonly now: () => string }): Pages {
  const { db, views, families } = from;
  const pages = createMemo<ImagesPage>(MEMO_BYTES, ({ body }) => body.length);
  const inTransaction = db.transaction((work: () => ImagesPage | undefined) => work());

  const page = async (backends: readonly Backend[], query: ImageQuery, options: PageOptions): Promise<ImagesPage> => {
    const moment = now();
    const prepared = prepareQuery(query, moment);
    for (;;) {
      const view = await currentView(views, families, backends);
      const key = JSON.stringify([stateKeyOf(from.index, view, moment), minuteOf(query, moment), query, options]);
      const remembered = pages.get(key);
      if (remembered) return remembered;
      if (view.sources.length > 1) await lookUpInTurns(from, view, prepared);
      // One transaction sees one catalogue: that which the view is of, or another one.
      const found = await from.index.inTurns(() =>
        inTransaction(() =>
          views.of(backends).key === view.key ? readPage(from, view, prepared, options) : undefined,
        ),
      );
      if (!found) continue;
      pages.set(key, found);
      return found;
    }
  };
  return { page, forget: pages.clear };
}

/** Looks each source up once, others having their turn in between: what was looked up is at hand for a while. */
async function lookUpInTurns(searched: Searched, view: View, query: PreparedQuery): Promise<void> {
  let until = performance.now() + TURN_MS;
  const inTransaction = searched.db.transaction((work: () => void) => work());
  for (const source of view.sources) {
    await searched.index.inTurns(() => inTransaction(() => void matchSource(searched, source, query)));
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + TURN_MS;
  }
}

function readPage(from: PageSources, view: View, query: PreparedQuery, options: PageOptions): ImagesPage {
  const sides = lookUp(from, view, query, from.families);
  const found = take(placedInOrder(from.db, sides, query.sort), options.offset, options.limit);
  const entries = [...writeEntries(from.db, found, options, "[")];
  const body = Buffer.concat([...entries, Buffer.from(entries.length === 0 ? "[]" : "]")]);
  return { total: countFinds(sides), body };
}
