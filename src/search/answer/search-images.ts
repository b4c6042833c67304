import type { Backend } from "../../record/backends.ts";
import type { EntryShape } from "../../catalogue/read/read-entries.ts";
import { inOneState } from "../../catalogue/file/connection.ts";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { countFacets, type FacetCounts } from "../find/count-facets.ts";
import { createMemo } from "./memo.ts";
import { createFamilyIndex, type FamilyIndex } from "../families/family-index.ts";
import { type ImageQuery, minuteOf, type PreparedQuery, prepareQuery } from "../term/image-query.ts";
import type { Searched } from "../find/match-sources.ts";
import { findRetired, writeRetired } from "../find/find-retired.ts";
import { assertOwners } from "../term/named-owners.ts";
import { lookUp, scoresFor, type Side, withFamilies } from "../find/look-up.ts";
import { createPages, type ImagesPage, type PageOptions } from "./page-answers.ts";
import { createSearchIndex, type IndexMemory, SERVING, STREAMING } from "../find/search-index.ts";
import { streamAnswer } from "./stream-answer.ts";
import { createSuggestions } from "../term/suggest.ts";
import { knownStateKey, stateKeyOf } from "./withdrawn.ts";
import { createViews, currentView, sourceIdsOf, type View, type Views } from "../find/view.ts";

/** Answers searches from the catalogue, in the order and with the completeness of the contract. */
export interface ImageSearch {
  /** Names the state that answers come from: equal keys mean equal answers. */
  stateKey(backends: readonly Backend[]): string;
  /** Rejects with BadRequestError for a term that is too long. */
  page(backends: readonly Backend[], query: ImageQuery, options: PageOptions): Promise<ImagesPage>;
  /** How many images the backends show. */
  imageCount(backends: readonly Backend[]): number;
  /**
   * The whole answer as pieces of one JSON array (UTF-8), from one state of the catalogue, no matter how long it takes.
   * `undefined`: other requests may run now. Rejects with BadRequestError before the first piece.
   */
  stream(
    backends: readonly Backend[],
    query: ImageQuery,
    shape?: EntryShape,
  ): Promise<Generator<Buffer | undefined, void>>;
  /** Counts what a query finds by architecture, publisher and so on; see countFacets. */
  facets(backends: readonly Backend[], query: ImageQuery): Promise<FacetCounts>;
  /** Rejects with BadRequestError if a query asks for an owner by a name that no image of the backends has. */
  assertOwners(backends: readonly Backend[], query: ImageQuery): Promise<void>;
  /** Images that the backends no longer show, the latest retired first. Rejects with BadRequestError as `page` does. */
  retired(backends: readonly Backend[], query: ImageQuery): Promise<RetiredImages>;
  /** Completions of a term, best first; without any, a correction that finds something. */
  suggest(backends: readonly Backend[], term: string, limit: number): Promise<string[]>;
  /** A correction of a term that finds nothing; undefined if there is none. */
  correct(backends: readonly Backend[], query: ImageQuery): Promise<string | undefined>;
  /** Takes in commits of other threads and processes, so that answers need not wait for them; cheap when there are none. */
  follow(): void;
  /** Resolves when all commits are taken in. Answers wait for what they need by themselves. */
  caughtUp(): Promise<void>;
  readonly familyCount: number;
  /** Distinct words of the families. */
  readonly wordCount: number;
  /** Forgets remembered answers and, unless `keepWords`, looked-up words: for measuring. */
  forget(options?: { keepWords?: boolean }): void;
}

/** Memory for facet counts, in characters (roughly). */
const FACETS_KEPT = 500_000;

/** Retired images that match; they are read while the answer is written. */
export interface RetiredImages {
  readonly total: number;
  write(options: PageOptions): Generator<Buffer>;
}

/** Values that tests change. */
export interface SearchTuning {
  readonly memory?: IndexMemory;
}

export function createImageSearch(
  catalogue: Catalogue,
  now: () => string,
  { memory = SERVING }: SearchTuning = {},
): ImageSearch {
  const families = createFamilyIndex(catalogue);
  const views = createViews(catalogue);
  const index = createSearchIndex(catalogue, memory);
  const searched = { catalogue, index };
  const pages = createPages({ ...searched, views, families, now });
  const inTransaction = <T>(work: () => T): T => inOneState(catalogue, work);
  const facets = createFacets(searched, views, now);

  const suggestions = createSuggestions(families, index, (view, query) =>
    inTransaction(() => lookUp(searched, view, prepareQuery(query, now()), families)),
  );

  return {
    stateKey: (backends) => stateKeyNow(searched, views, backends, now()),
    page: pages.page,
    imageCount: (backends) =>
      views.of(backends).sources.reduce((sum, { source, hidden }) => sum + source.imageCount - hidden.size, 0),
    async stream(backends, query, shape = {}) {
      const prepared = prepareQuery(query, now());
      if (prepared.term.words.length > 0) await currentView(views, families, backends);
      return streamAnswer(catalogue.file, { ...shape, sort: query.sort }, (reader) =>
        lookUpFrozen(reader, createViews(reader).of(backends), prepared, families),
      );
    },
    facets: facets.facets,
    assertOwners: async (backends, { owner }) => {
      if (owner !== undefined) inTransaction(() => assertOwners(index, views.of(backends), owner));
    },
    retired: (backends, query) =>
      index.inTurns(() => inTransaction(() => retiredImages(searched, views.of(backends), prepareQuery(query, now())))),
    async suggest(backends, term, limit) {
      const view = await searchedView(views, families, backends);
      return index.inTurns(() => suggestions.suggest(view, term, limit));
    },
    correct: (backends, query) =>
      withFamilies(
        () => index.inTurns(() => suggestions.correct(views.of(backends), query)),
        () => searchedView(views, families, backends),
      ),
    follow: () => families.follow(),
    async caughtUp() {
      await families.caughtUp();
      await families.takenIn();
    },
    get familyCount() {
      return families.familyCount;
    },
    get wordCount() {
      return families.wordCount;
    },
    forget({ keepWords = false } = {}) {
      pages.forget();
      facets.forget();
      if (!keepWords) index.forget();
    },
  };
}

function stateKeyNow({ catalogue, index }: Searched, views: Views, backends: readonly Backend[], now: string): string {
  const known = knownStateKey(index, views.of(backends), now);
  return known ?? inOneState(catalogue, () => stateKeyOf(index, views.of(backends), now));
}

function retiredImages(searched: Searched, view: View, query: PreparedQuery): RetiredImages {
  const found = findRetired(searched, view, query);
  return {
    total: found.length,
    write: ({ offset, limit, ...shape }) =>
      writeRetired(searched.catalogue, found.slice(offset, offset + limit), shape),
  };
}

/** Looks a query up in the state of a reader, as long as the family index is of the same. */
function lookUpFrozen(reader: Catalogue, view: View, query: PreparedQuery, families: FamilyIndex): Side[] | undefined {
  const isCurrent = families.isCurrent(view.sources.map(({ source }) => source));
  if (!isCurrent && query.term.words.length > 0) {
    families.follow();
    return undefined;
  }
  // Commits are read while an answer is written; its order stays that of this moment.
  const scores = scoresFor(view, query, families);
  const index = createSearchIndex(reader, STREAMING);
  return lookUp({ catalogue: reader, index }, view, query, { score: () => scores, isCurrent: () => true });
}

/** Like currentView, but waits until MiniSearch has the families of the view: completion and correction need its words. */
async function searchedView(
  views: ReturnType<typeof createViews>,
  families: FamilyIndex,
  backends: readonly Backend[],
): Promise<View> {
  for (;;) {
    const view = await currentView(views, families, backends);
    const sourceIds = sourceIdsOf(view);
    if (families.isTakenIn(sourceIds)) return view;
    await families.takenIn(sourceIds);
  }
}

/** Facet counts, remembered until the catalogue changes or another image becomes deprecated. */
function createFacets(
  searched: Searched,
  views: ReturnType<typeof createViews>,
  now: () => string,
): Pick<ImageSearch, "facets"> & { forget(): void } {
  const known = createMemo<FacetCounts>(FACETS_KEPT, () => 1000);
  return {
    async facets(backends, query) {
      const moment = now();
      const count = (): FacetCounts => {
        const key = JSON.stringify([
          stateKeyOf(searched.index, views.of(backends), moment),
          minuteOf(query, moment),
          query,
        ]);
        const before = known.get(key);
        if (before) return before;
        const counts = countFacets(searched, views.of(backends), query, moment);
        known.set(key, counts);
        return counts;
      };
      return searched.index.inTurns(() => inOneState(searched.catalogue, count));
    },
    forget: () => known.clear(),
  };
}
