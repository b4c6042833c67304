import type Database from "better-sqlite3";
import type { Backend } from "../catalogue/backends.ts";
import { beginSnapshot, type Catalogue, openReader } from "../catalogue/open-catalogue.ts";
import { type AnswerRow, readAnswers } from "../catalogue/read-images.ts";
import { createFamilyIndex, type FamilyIndex } from "./family-index.ts";
import { findInSource, type SourceFinds } from "./find-in-source.ts";
import { type ImageQuery, type PreparedQuery, prepareQuery } from "./image-query.ts";
import { createMemo } from "./memo.ts";
import { mergeSources, type Placed } from "./merge-sources.ts";
import { createViews, type View, type ViewSource } from "./view.ts";

/** A page of an answer. */
export interface ImagesPage {
  /** Images found, on all pages together. */
  readonly total: number;
  /** The JSON array. */
  readonly body: string;
}

export interface PageOptions {
  readonly limit: number;
  readonly offset: number;
  /** Adds `backend_id` to each entry. */
  readonly withBackend?: boolean;
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
  stream(backends: readonly Backend[], query: ImageQuery, options?: { withBackend?: boolean }): Generator<string>;
  suggest(backends: readonly Backend[], term: string, limit: number): string[];
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
          return { total, body: `[${writeEntries(db, found, options.withBackend).join(",")}]` };
        })(),
      );
    },
    stream(backends, query, options) {
      const prepared = prepareQuery(query, now());
      return streamEntries(catalogue.file, options?.withBackend ?? false, (reader) => {
        const view = createViews(reader).of(backends);
        return lookUp(reader.sqlite, view, prepared, families, sortedFinds);
      });
    },
    suggest: (backends, term, limit) =>
      families.suggest(term, new Set(views.of(backends).sources.map(({ source }) => source.id)), limit),
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
function* streamEntries(file: string, withBackend: boolean, open: (reader: Catalogue) => Side[]): Generator<string> {
  using reader = openReader(file);
  beginSnapshot(reader);
  const placed = mergeSources(reader.sqlite, open(reader));
  let separator = "[";
  try {
    for (;;) {
      const entries = writeEntries(reader.sqlite, take(placed, 0, CHUNK), withBackend);
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

interface Side {
  readonly view: ViewSource;
  readonly finds: SourceFinds;
}

function lookUp(
  db: Database.Database,
  view: View,
  query: PreparedQuery,
  families: FamilyIndex,
  sortedFinds: number,
): Side[] {
  const sourceIds = new Set(view.sources.map(({ source }) => source.id));
  const parts = query.term.words.flatMap((word) => word.parts);
  const scores = families.score(parts, sourceIds);
  return view.sources.map((side) => ({ view: side, finds: findInSource(db, side, query, scores, sortedFinds) }));
}

function sumTotals(sides: readonly Side[]): number {
  return sides.reduce((sum, { finds }) => sum + finds.total(), 0);
}

function take(placed: Iterator<Placed>, offset: number, limit: number): Placed[] {
  for (let skipped = 0; skipped < offset; skipped++) if (placed.next().done) return [];
  const taken: Placed[] = [];
  while (taken.length < limit) {
    const next = placed.next();
    if (next.done) return taken;
    taken.push(next.value);
  }
  return taken;
}

/** The entries as JSON; the rows of each source are read in one go. */
function writeEntries(db: Database.Database, placed: readonly Placed[], withBackend = false): string[] {
  const positions = new Map<number, number[]>();
  for (const { view, found } of placed) {
    const known = positions.get(view.source.id);
    if (known) known.push(found.position);
    else positions.set(view.source.id, [found.position]);
  }
  const rows = new Map([...positions].map(([sourceId, list]) => [sourceId, readAnswers(db, sourceId, list)]));
  return placed.flatMap(({ view, found }) => {
    const row = rows.get(view.source.id)?.get(found.position);
    return row ? [writeEntry(row, view, withBackend)] : [];
  });
}

function writeEntry(row: AnswerRow, view: ViewSource, withBackend: boolean): string {
  const backend = withBackend ? `"backend_id":${JSON.stringify(view.backendId)},` : "";
  const star = view.starred.has(row.imageId);
  return `{${backend}"star":${star},"id":${JSON.stringify(row.imageId)},"name":${JSON.stringify(row.name)},"extra":${row.extra}}`;
}
