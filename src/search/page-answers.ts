import type Database from "better-sqlite3";
import type { EntryShape } from "../catalogue/read-entries.ts";
import type { Backend } from "../catalogue/backends.ts";
import type { FamilyIndex } from "./family-index.ts";
import { type ImageQuery, prepareQuery } from "./image-query.ts";
import { atOnce, inTurns } from "./in-turns.ts";
import { countFinds, lookUp, take } from "./look-up.ts";
import { createMemo } from "./memo.ts";
import { mergeSources } from "./merge-sources.ts";
import type { Views } from "./view.ts";
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
  forget(options?: { keepTotals?: boolean }): void;
}

/** Memory for answers that are asked for again. */
const MEMO_BYTES = 16 * 1024 * 1024;

/** How often an answer is begun anew because the catalogue changed while it was counted. */
const MAX_TRIES = 3;

export function createPages({
  db,
  views,
  families,
  sortedFinds,
  now,
}: {
  db: Database.Database;
  views: Views;
  families: FamilyIndex;
  sortedFinds: number;
  now: () => string;
}): Pages {
  const pages = createMemo<ImagesPage>(MEMO_BYTES, ({ body }) => body.length);
  const totals = createMemo<number>(MEMO_BYTES / 16, () => 1);

  const readPage = db.transaction(
    (backends: readonly Backend[], query: ImageQuery, options: PageOptions, moment: string) => {
      const view = views.of(backends);
      const sides = lookUp(db, view, prepareQuery(query, moment), families, sortedFinds);
      const placed = mergeSources(db, sides);
      const found = take(placed, options.offset, options.limit);
      placed.return(undefined);
      const entries = [...writeEntries(db, found, options, "[")];
      const body = Buffer.concat([...entries, Buffer.from(entries.length === 0 ? "[]" : "]")]);
      return { body, sides, countKey: JSON.stringify([view.key, query, moment]) };
    },
  );

  const page = async (backends: readonly Backend[], query: ImageQuery, options: PageOptions): Promise<ImagesPage> => {
    const moment = minuteOf(query, now());
    families.follow();
    for (let tries = 1; ; tries++) {
      const viewKey = views.of(backends).key;
      const key = JSON.stringify([families.generation, viewKey, query, options, moment]);
      const known = pages.get(key);
      if (known) return known;
      const { body, sides, countKey } = readPage(backends, query, options, moment);
      const steps = countFinds(sides);
      const total = totals.get(countKey) ?? (tries < MAX_TRIES ? await inTurns(steps) : atOnce(steps));
      // What was counted while the catalogue changed is no total of either.
      if (views.of(backends).key !== viewKey) continue;
      totals.set(countKey, total);
      const answer = { total, body };
      pages.set(key, answer);
      return answer;
    }
  };

  return {
    page,
    forget({ keepTotals = false } = {}) {
      pages.clear();
      if (!keepTotals) totals.clear();
    },
  };
}

/** Only a question about deprecation depends on the time; a minute's grain lets it be remembered. */
function minuteOf(query: ImageQuery, now: string): string {
  return query.deprecated === undefined ? "" : `${now.slice(0, 16)}:00Z`;
}
