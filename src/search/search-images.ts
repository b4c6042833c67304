import type { Backend } from "../catalogue/backends.ts";
import { beginSnapshot, type Catalogue, openReader } from "../catalogue/open-catalogue.ts";
import { createFamilyIndex } from "./family-index.ts";
import { lookUp, type Side, sumTotals, take } from "./look-up.ts";
import { type ImageQuery, prepareQuery } from "./image-query.ts";
import { createMemo } from "./memo.ts";
import { mergeSources } from "./merge-sources.ts";
import { createSuggestions } from "./suggest.ts";
import { createViews } from "./view.ts";
import { type EntryShape, writeEntries } from "./write-entries.ts";

/** A page of an answer. */
export interface ImagesPage {
  /** Images found, on all pages together. */
  readonly total: number;
  /** The JSON array. */
  readonly body: string;
}

export interface PageOptions extends EntryShape {
  readonly limit: number;
  readonly offset: number;
}

/** Answers searches from the catalogue, in the order and with the completeness of the contract. */
export interface ImageSearch {
  /** Names the state that answers come from: equal keys, equal answers. */
  stateKey(backends: readonly Backend[]): string;
  /** Throws BadRequestError for a term that is too long. */
  page(backends: readonly Backend[], query: ImageQuery, options: PageOptions): ImagesPage;
  /**
   * The whole answer as pieces of one JSON array, from one state of the catalogue however long it takes.
   * Throws BadRequestError before the first piece.
   */
  stream(backends: readonly Backend[], query: ImageQuery, shape?: EntryShape): Generator<string>;
  /** Completions of a term, best first; of a term that nothing begins with, the correction that finds something. */
  suggest(backends: readonly Backend[], term: string, limit: number): string[];
  /** A term in place of one that finds nothing: its mistyped words put right; undefined when there is none. */
  correct(backends: readonly Backend[], query: ImageQuery): string | undefined;
  /** Takes in what other threads and processes committed; cheap when nothing was. */
  follow(): void;
  /** Resolves when all that was committed is taken in, for whoever wants the best order at once. */
  caughtUp(): Promise<void>;
  readonly familyCount: number;
  /** Forgets the answers it remembers: the next ones are worked out anew. For measuring. */
  forget(): void;
}

/** Entries that are read and written at a time. */
const CHUNK = 200;
/** Memory for answers that are asked for again, in characters. */
const MEMO_CHARACTERS = 16 * 1024 * 1024;

/** Above this many finds an answer is worked out by the index, only as far as it is asked for. */
const SORTED_FINDS = 128;

export function createImageSearch(
  catalogue: Catalogue,
  now: () => string,
  { sortedFinds = SORTED_FINDS } = {},
): ImageSearch {
  const db = catalogue.sqlite;
  const families = createFamilyIndex(catalogue);
  const views = createViews(catalogue);
  const pages = createMemo<ImagesPage>(MEMO_CHARACTERS, ({ body }) => body.length);
  const totals = createMemo<number>(MEMO_CHARACTERS / 16, () => 1);

  const stateKey = (backends: readonly Backend[]): string => `${families.generation}\n${views.of(backends).key}`;

  const suggestions = createSuggestions(families, (view, query) =>
    lookUp(db, view, prepareQuery(query, now()), families, sortedFinds),
  );

  return {
    stateKey,
    page: (backends, query, options) => {
      const moment = minuteOf(query, now());
      const key = JSON.stringify([stateKey(backends), query, options, moment]);
      return pages.get(key, () =>
        db.transaction(() => {
          families.follow();
          const view = views.of(backends);
          const prepared = prepareQuery(query, moment);
          const sides = lookUp(db, view, prepared, families, sortedFinds);
          const total = totals.get(JSON.stringify([view.key, { ...query }, moment]), () => sumTotals(sides));
          const placed = mergeSources(db, sides);
          const found = take(placed, options.offset, options.limit);
          placed.return(undefined);
          return { total, body: `[${writeEntries(db, found, options).join(",")}]` };
        })(),
      );
    },
    stream(backends, query, shape = {}) {
      const prepared = prepareQuery(query, now());
      return streamEntries(catalogue.file, shape, (reader) => {
        const view = createViews(reader).of(backends);
        return lookUp(reader.sqlite, view, prepared, families, sortedFinds);
      });
    },
    suggest: (backends, term, limit) => suggestions.suggest(views.of(backends), term, limit),
    correct: (backends, query) => suggestions.correct(views.of(backends), query),
    follow: () => families.follow(),
    caughtUp: () => families.caughtUp(),
    get familyCount() {
      return families.familyCount;
    },
    forget() {
      pages.clear();
      totals.clear();
    },
  };
}

/** Pieces of a JSON array, from one state of the catalogue: a connection of its own keeps its transaction open. */
function* streamEntries(file: string, shape: EntryShape, open: (reader: Catalogue) => Side[]): Generator<string> {
  using reader = openReader(file);
  beginSnapshot(reader);
  const placed = mergeSources(reader.sqlite, open(reader));
  let separator = "[";
  try {
    for (;;) {
      const entries = writeEntries(reader.sqlite, take(placed, 0, CHUNK), shape);
      if (entries.length === 0) break;
      yield separator + entries.join(",");
      separator = ",";
    }
    yield separator === "[" ? "[]" : "]";
  } finally {
    placed.return(undefined);
  }
}

/** Only a question about deprecation depends on the time; a minute's grain lets it be remembered. */
function minuteOf(query: ImageQuery, now: string): string {
  return query.deprecated === undefined ? "" : `${now.slice(0, 16)}:00Z`;
}
