import type { SearchResult } from "minisearch";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { alternativesTo, completeTerm } from "../term/complete-words.ts";
import { compareTexts, roundScore, scoreHit, yearsIn } from "./family-score.ts";
import { type FamilyDocument, isShown } from "./family-document.ts";
import { createFamilyStore, type FamilyStore } from "./family-store.ts";
import { weigherFor } from "./family-weight.ts";
import { MIN_PREFIX } from "../../catalogue/index/find-fits.ts";
import { wordsOf } from "../../fold.ts";
import { createFamilyIntake } from "./family-intake.ts";
import { createFamilyFollower, type FamilyFollower } from "./follow-families.ts";
import { matchWords } from "./match-words.ts";

/**
 * A MiniSearch over the families of known publishers. It ranks the head of each answer, completes and corrects terms. It grows
 * with distinct families, not with images; SQLite finds every match. Its answers depend only on the sources asked about.
 */
export interface FamilyIndex extends FamilyFollower {
  readonly familyCount: number;
  /** Distinct words of the families in MiniSearch. */
  readonly wordCount: number;
  /**
   * Whether MiniSearch has all families of these sources. Scores are the same before that, but `complete` and `alternatives`
   * know only its words.
   */
  isTakenIn(sourceIds: ReadonlySet<number>): boolean;
  /** Resolves when MiniSearch has the families of these sources (by default all) that are known now. */
  takenIn(sourceIds?: ReadonlySet<number>): Promise<void>;
  /** Scores of the best families for these words (letters and digits), by family id. */
  score(words: readonly string[], sourceIds: ReadonlySet<number>): ReadonlyMap<number, number>;
  /** See completeTerm; uses only words in these sources. */
  complete(term: string, sourceIds: ReadonlySet<number>, limit: number): string[];
  /** See alternativesTo; uses only words in these sources. */
  alternatives(word: string, sourceIds: ReadonlySet<number>): string[];
}

/** Words that would make MiniSearch visit more documents than this do not count; the static order decides. */
const MAX_VISITS = 1_000;
/** How many families MiniSearch orders by their newest builds; the rest of an answer keeps the static order. */
const HEAD = 20;

export function createFamilyIndex(catalogue: Catalogue): FamilyIndex {
  const store = createFamilyStore();
  const { index, documents } = store;
  const follower = createFamilyFollower(catalogue, store);
  const intake = createFamilyIntake(catalogue, store);

  const visibleIn =
    (sourceIds: ReadonlySet<number>) =>
    ({ id }: { id: unknown }): boolean =>
      isShown(documents.get(id), sourceIds);

  return {
    get familyCount() {
      return documents.size;
    },
    get wordCount() {
      return index.termCount;
    },
    ...follower,
    follow() {
      follower.follow();
      intake.begin();
    },
    isTakenIn: (sourceIds) => ![...store.waiting].some((document) => isShown(document, sourceIds)),
    takenIn: intake.finish,
    score(words, sourceIds) {
      const published = store.ofPublisher(words.join(" ")).filter((document) => isShown(document, sourceIds));
      return published.length > 0
        ? scorePublished(published, words, sourceIds)
        : scoreFound(store, words, sourceIds, visibleIn(sourceIds));
    },
    complete(term, sourceIds, limit) {
      const score = (hit: SearchResult, words: readonly string[]): number => {
        const document = documents.get(hit.id);
        return document ? scoreHit(hit, document, words, 1) : 0;
      };
      return completeTerm(index, term, visibleIn(sourceIds), limit, score);
    },
    alternatives: (word, sourceIds) => alternativesTo(index, word, visibleIn(sourceIds)),
  };
}

/** For a publisher's name alone: its families, plain ones and short names first. */
function scorePublished(
  documents: readonly FamilyDocument[],
  words: readonly string[],
  sourceIds: ReadonlySet<number>,
): Map<number, number> {
  const weigh = weigherFor(words);
  return headOf(
    documents.map((document) => {
      const { traits } = document;
      const weight = weigh(traits, yearsIn(document, sourceIds));
      return { document, score: roundScore(weight / Math.max(1, traits.lengths.name)) };
    }),
  );
}

const NUMBER = /^\d+$/;

function scoreFound(
  { index, documents, waitingWith, vocabularyOf }: FamilyStore,
  words: readonly string[],
  sourceIds: ReadonlySet<number>,
  filter: (hit: { id: unknown }) => boolean,
): Map<number, number> {
  // The image itself tells whether a number is its version; names of families lack many.
  const named = words.filter((word) => !NUMBER.test(word));
  const sought = vocabularyOf(sourceIds).affordable(named, MIN_PREFIX, MAX_VISITS);
  if (sought.length === 0) return new Map();
  const weigh = weigherFor(words);
  const text = sought.join(" ");
  const hits: { readonly id: unknown; readonly match: SearchResult["match"] }[] = index.search(text, {
    prefix: (word) => word.length >= MIN_PREFIX,
    filter,
  });
  const cut = wordsOf(text);
  for (const document of waitingWith(cut)) {
    if (!isShown(document, sourceIds)) continue;
    const match = matchWords(document, cut, MIN_PREFIX);
    if (match) hits.push({ id: document.id, match });
  }
  return headOf(
    hits.flatMap((hit) => {
      const document = documents.get(hit.id);
      if (!document) return [];
      const weight = weigh(document.traits, yearsIn(document, sourceIds));
      return [{ document, score: roundScore(scoreHit(hit, document, sought, MIN_PREFIX) * weight) }];
    }),
  );
}

/** A document, and its score as roundScore makes it. */
interface Scored {
  readonly document: FamilyDocument;
  readonly score: number;
}

/** The scores of the best families; a family that has several documents counts once, with its best. */
function headOf(scored: readonly Scored[]): Map<number, number> {
  const scores = new Map<number, number>();
  for (const { document, score } of scored.toSorted(compareScored)) {
    if (scores.size === HEAD) break;
    if (!scores.has(document.build.familyId)) scores.set(document.build.familyId, score);
  }
  return scores;
}

function compareScored(a: Scored, b: Scored): number {
  return b.score - a.score || compareTexts(a.document, b.document);
}
