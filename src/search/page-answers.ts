import type Database from "better-sqlite3";
import type { EntryShape } from "../catalogue/read-entries.ts";
import type { Backend } from "../catalogue/backends.ts";
import type { FamilyIndex } from "./family-index.ts";
import type { Counter } from "./counter.ts";
import { expressionToCount, type KnownFinds, type Thresholds } from "./find-in-source.ts";
import { type ImageQuery, type PreparedQuery, prepareQuery } from "./image-query.ts";
import { atOnce, inTurns } from "./in-turns.ts";
import { countFinds, lookUp, type Side, take } from "./look-up.ts";
import { createMemo } from "./memo.ts";
import { mergeSources } from "./merge-sources.ts";
import { currentView, type View, type Views } from "./view.ts";
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

/** Memory of one find, about. */
const FIND_BYTES = 64;

/** How often an answer is begun anew because the catalogue changed while it was counted. */
const MAX_TRIES = 3;

/** What pages are read from. */
interface PageSources {
  readonly db: Database.Database;
  readonly views: Views;
  readonly families: FamilyIndex;
  readonly thresholds: Thresholds;
}

export function createPages({
  counter,
  now,
  ...from
}: PageSources & { readonly counter: Counter; readonly now: () => string }): Pages {
  const { views, families } = from;
  const pages = createMemo<ImagesPage>(MEMO_BYTES, ({ body }) => body.length);
  /** What is known of a query in each source. */
  const finds = createMemo<readonly KnownFinds[]>(MEMO_BYTES / 4, sizeOfFinds);

  const readPage = createPageReader(from);
  const beginCount = (view: View, query: PreparedQuery): Promise<readonly number[] | undefined> | undefined => {
    const expression = expressionToCount(query);
    if (expression === undefined) return undefined;
    return counter.count({ sources: view.sources.map(({ source }) => source), expression, filters: query.filters });
  };

  const page = async (backends: readonly Backend[], query: ImageQuery, options: PageOptions): Promise<ImagesPage> => {
    const moment = minuteOf(query, now());
    const prepared = prepareQuery(query, moment);
    for (let tries = 1; ; tries++) {
      const view = await currentView(views, families, backends);
      const key = JSON.stringify([view.key, query, options, moment]);
      const remembered = pages.get(key);
      if (remembered) return remembered;
      const findsKey = JSON.stringify([view.key, query, moment]);
      const known = finds.get(findsKey);
      // The thread counts while this one looks for the page.
      const begun = known ? undefined : beginCount(view, prepared);
      const mayWait = tries < MAX_TRIES;
      const found = await readPage(backends, view, { query: prepared, options, known }, mayWait);
      if (!found) continue;
      const { body, sides } = found;
      const counts = known?.map(({ count }) => count) ?? (await countSides(sides, begun, mayWait));
      // What was found or counted while the catalogue changed is no answer of either.
      if (views.of(backends).key !== view.key) continue;
      finds.set(
        findsKey,
        sides.map((side, at) => ({ count: counts[at] ?? 0, head: side.finds.head })),
      );
      const answer = { total: counts.reduce((sum, count) => sum + count, 0), body };
      pages.set(key, answer);
      return answer;
    }
  };

  return {
    page,
    forget({ keepTotals = false } = {}) {
      pages.clear();
      if (!keepTotals) finds.clear();
    },
  };
}

/** What is looked for on a page; `known` is what an earlier look at the same query told. */
interface PageQuestion {
  readonly query: PreparedQuery;
  readonly options: PageOptions;
  readonly known: readonly KnownFinds[] | undefined;
}

/** A page, and what its sources hold of the query. */
interface FoundPage {
  readonly body: Buffer;
  readonly sides: readonly Side[];
}

/**
 * Reads a page in turns, or without waiting in one go. Every turn is a transaction that sees the catalogue that the view
 * is of; undefined as soon as that is another.
 */
function createPageReader(
  from: PageSources,
): (
  backends: readonly Backend[],
  view: View,
  question: PageQuestion,
  mayWait: boolean,
) => Promise<FoundPage | undefined> {
  const inTransaction = from.db.transaction((work: () => void) => work());
  return async (backends, view, question, mayWait) => {
    const whileCurrent = <T>(work: () => T): T | undefined => {
      let done: T | undefined;
      inTransaction(() => {
        if (from.views.of(backends).key === view.key) done = work();
      });
      return done;
    };
    const steps = pageSteps(from, view, question);
    return mayWait ? inTurns(steps, whileCurrent) : whileCurrent(() => atOnce(steps));
  };
}

/** Looks for a page and writes it, step by step. */
function* pageSteps(
  { db, families, thresholds }: PageSources,
  view: View,
  { query, options, known }: PageQuestion,
): Generator<void, FoundPage> {
  const sides = yield* lookUp(db, view, query, families, thresholds, known);
  const found = yield* take(mergeSources(db, sides), options.offset, options.limit);
  const entries = [...writeEntries(db, found, options, "[")];
  return { sides, body: Buffer.concat([...entries, Buffer.from(entries.length === 0 ? "[]" : "]")]) };
}

function sizeOfFinds(finds: readonly KnownFinds[]): number {
  return FIND_BYTES * finds.reduce((sum, { head }) => sum + 1 + (head?.length ?? 0), 0);
}

async function countSides(
  sides: readonly Side[],
  begun: Promise<readonly number[] | undefined> | undefined,
  mayWait: boolean,
): Promise<readonly number[]> {
  if (!mayWait) return atOnce(countFinds(sides));
  const isKnown = sides.every(({ finds }) => finds.size !== undefined);
  return inTurns(countFinds(sides, isKnown ? undefined : await begun));
}

/** Only a question about deprecation depends on the time; a minute's grain lets it be remembered. */
function minuteOf(query: ImageQuery, now: string): string {
  return query.deprecated === undefined ? "" : `${now.slice(0, 16)}:00Z`;
}
