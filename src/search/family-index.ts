import { setImmediate as nextTurn } from "node:timers/promises";
import MiniSearch from "minisearch";
import {
  changedFamilies,
  type FamilyDocument,
  readFamilyDocuments,
  readFamilyDocumentsOf,
} from "../catalogue/family-documents.ts";
import { type Catalogue, catalogueVersion } from "../catalogue/open-catalogue.ts";
import { readRevisions } from "../catalogue/sources.ts";
import { fold, wordsOf } from "../fold.ts";
import { alternativesTo, completeTerm } from "./complete-words.ts";
import { createVocabulary, type Vocabulary } from "./vocabulary.ts";
import { type Traits, traitsOf, weigherFor } from "./family-weight.ts";
import { MIN_PREFIX } from "./fit.ts";

/**
 * A MiniSearch over the families of known publishers: it ranks the head of each answer, completes and
 * corrects. It grows with distinct families, not with images; completeness is the database's.
 */
export interface FamilyIndex {
  /** Grows when the index changes: a part of what an order depends on. */
  readonly generation: number;
  readonly familyCount: number;
  /** Distinct words of the families. */
  readonly wordCount: number;
  /** Brings the index up to what is committed; what takes long, such as the first reading, goes on between requests. */
  follow(): void;
  /** Resolves when the index is up to what was committed. */
  caughtUp(): Promise<void>;
  /** MiniSearch's scores of the best families for these words (letters and digits), by family id. */
  score(words: readonly string[], sourceIds: ReadonlySet<number>): ReadonlyMap<number, number>;
  /** See completeTerm; only of words in these sources. */
  complete(term: string, sourceIds: ReadonlySet<number>, limit: number): string[];
  /** See alternativesTo; only of words in these sources. */
  alternatives(word: string, sourceIds: ReadonlySet<number>): string[];
}

/** Words that would make MiniSearch visit more documents than this are left to the static order. */
const MAX_VISITS = 1_000;
/** A word that a name repeats says little more than one that it has once; a longer name says less of each. */
const BM25 = { k: 0.1, b: 0.9, d: 0.2 };
/** Families whose newest builds MiniSearch puts in order; the rest of an answer keeps the static order. */
const HEAD = 20;

export function createFamilyIndex(catalogue: Catalogue): FamilyIndex {
  const store = createFamilyStore();
  const { index, documents, vocabulary } = store;
  let generation = 0;
  const follower = createFollower(catalogue, store, () => generation++);

  const visibleIn =
    (sourceIds: ReadonlySet<number>) =>
    ({ id }: { id: unknown }): boolean =>
      documents.get(String(id))?.sourceIds.some((source) => sourceIds.has(source)) ?? false;

  return {
    get generation() {
      return generation;
    },
    get familyCount() {
      return documents.size;
    },
    get wordCount() {
      return vocabulary.size;
    },
    ...follower,
    score(words, sourceIds) {
      const published = store.ofPublisher(words.join(" "));
      if (published.length > 0) return scorePublished(published, words, visibleIn(sourceIds));
      const sought = vocabulary.affordable(words, MIN_PREFIX, MAX_VISITS);
      if (sought.length === 0) return new Map();
      const weigh = weigherFor(words);
      const hits = index.search(sought.join(" "), {
        prefix: (word) => word.length >= MIN_PREFIX,
        boostDocument: (_id, _word, stored) => weigh(stored?.["traits"] as Traits),
        filter: visibleIn(sourceIds),
      });
      const scores = new Map<number, number>();
      for (const { id, score } of hits.slice(0, HEAD)) {
        const family = documents.get(String(id))?.familyId;
        if (family !== undefined && !scores.has(family)) scores.set(family, score);
      }
      return scores;
    },
    complete: (term, sourceIds, limit) => completeTerm(index, term, visibleIn(sourceIds), limit),
    alternatives: (word, sourceIds) => alternativesTo(index, word, visibleIn(sourceIds)),
  };
}

/** A publisher's name alone: its families, the plain ones and those with short names first. */
function scorePublished(
  documents: readonly FamilyDocument[],
  words: readonly string[],
  isVisible: (hit: { id: unknown }) => boolean,
): Map<number, number> {
  const weigh = weigherFor(words);
  const scores = documents
    .filter(({ key }) => isVisible({ id: key }))
    .map((document) => ({ familyId: document.familyId, traits: traitsOf(document) }))
    .map(({ familyId, traits }) => [familyId, weigh(traits) / traits.nameLength] as const);
  return new Map(scores.toSorted(([, a], [, b]) => b - a).slice(0, HEAD));
}

function publisherWords({ publisher }: FamilyDocument): string {
  return wordsOf(fold(publisher)).join(" ");
}

/** The documents, MiniSearch's index of them, and the count of their words; changed together or not at all. */
interface FamilyStore {
  readonly index: MiniSearch<FamilyDocument>;
  readonly documents: ReadonlyMap<string, FamilyDocument>;
  readonly vocabulary: Vocabulary;
  /** The documents whose publisher has this name, folded and cut at its words. */
  ofPublisher(words: string): FamilyDocument[];
  /** Replaces, adds or (with undefined) removes the document of a key. */
  put(key: string, next: FamilyDocument | undefined): void;
}

function createFamilyStore(): FamilyStore {
  const index = new MiniSearch<FamilyDocument>({
    idField: "key",
    fields: ["name", "publisher", "about"],
    tokenize: (text) => wordsOf(text).filter(isWord),
    processTerm: (word) => word,
    storeFields: ["traits"],
    extractField: (document, field) => (field === "traits" ? traitsOf(document) : textOf(document, field)),
    searchOptions: {
      boost: { name: 3, publisher: 4 },
      bm25: BM25,
      tokenize: (text) => wordsOf(text),
      combineWith: "AND",
    },
  });
  const documents = new Map<string, FamilyDocument>();
  const vocabulary = createVocabulary();
  const publishers = new Map<string, Set<string>>();
  return {
    index,
    documents,
    vocabulary,
    ofPublisher: (words) => [...(publishers.get(words) ?? [])].flatMap((key) => documents.get(key) ?? []),
    put(key, next) {
      const known = documents.get(key);
      if (known) {
        publishers.get(publisherWords(known))?.delete(key);
        index.remove(known);
        vocabulary.remove(wordsOfDocument(known));
        documents.delete(key);
      }
      if (!next) return;
      index.add(next);
      vocabulary.add(wordsOfDocument(next));
      documents.set(key, next);
      const others = publishers.get(publisherWords(next));
      if (others) others.add(key);
      else publishers.set(publisherWords(next), new Set([key]));
    },
  };
}

/** The reading under way, and what it will have caught up with. */
interface Reading {
  readonly steps: Generator<void, void>;
  readonly revisions: ReadonlyMap<number, number>;
}

/** A reading goes on for so long at a time; other requests have their turn in between. */
const STEP_MS = 4;

/** Follows the catalogue: small changes at once, larger ones in steps. */
function createFollower(
  catalogue: Catalogue,
  store: FamilyStore,
  changed: () => void,
): { follow(): void; caughtUp(): Promise<void> } {
  let revisions: ReadonlyMap<number, number> = new Map();
  let reading: Reading | undefined;
  /** The version of the catalogue that was last looked at. */
  let version = "";

  const step = (): void => {
    if (!reading || !catalogue.sqlite.open) return;
    const until = performance.now() + STEP_MS;
    while (performance.now() < until) {
      if (!reading.steps.next().done) continue;
      revisions = reading.revisions;
      reading = undefined;
      changed();
      return;
    }
    changed();
    setImmediate(step);
  };
  const follow = (): void => {
    if (reading) return;
    const newest = catalogueVersion(catalogue);
    if (newest === version) return;
    version = newest;
    const current = readRevisions(catalogue);
    const behind = [...current].filter(([id, revision]) => revisions.get(id) !== revision);
    const isGone = [...revisions.keys()].some((id) => !current.has(id));
    if (behind.length === 0 && !isGone) return;
    const changes = behind.map(([id]) => changedFamilies(catalogue, id, revisions.get(id) ?? 0));
    const steps =
      isGone || changes.includes(undefined)
        ? readAll(catalogue, store)
        : readFamilies(catalogue, store, new Set(changes.flatMap((ids) => ids ?? [])));
    reading = { steps, revisions: current };
    step();
  };
  return {
    follow,
    async caughtUp() {
      follow();
      while (reading) await nextTurn();
    },
  };
}

function* readFamilies(
  catalogue: Catalogue,
  store: FamilyStore,
  familyIds: ReadonlySet<number>,
): Generator<void, void> {
  const keysOf = new Map<number, string[]>();
  for (const { key, familyId } of store.documents.values()) {
    if (familyIds.has(familyId)) keysOf.set(familyId, [...(keysOf.get(familyId) ?? []), key]);
  }
  for (const familyId of familyIds) {
    const now = readFamilyDocumentsOf(catalogue, familyId);
    for (const key of new Set([...(keysOf.get(familyId) ?? []), ...now.keys()])) store.put(key, now.get(key));
    yield;
  }
}

function* readAll(catalogue: Catalogue, store: FamilyStore): Generator<void, void> {
  const now = yield* readFamilyDocuments(catalogue);
  for (const key of store.documents.keys()) {
    if (now.has(key)) continue;
    store.put(key, undefined);
    yield;
  }
  for (const [key, next] of now) {
    if (isSame(store.documents.get(key), next)) continue;
    store.put(key, next);
    yield;
  }
}

function isSame(a: FamilyDocument | undefined, b: FamilyDocument): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** One-off words (long numbers and hashes) are found by the database, and would only fill memory here. */
function isWord(word: string): boolean {
  return word.length <= 24 && !/\d{6,}/.test(word) && !/^(?=.*\d)[0-9a-f]{8,}$/.test(word);
}

function textOf(document: FamilyDocument, field: string): string {
  if (field === "key") return document.key;
  return fold(field === "name" ? document.name : field === "publisher" ? document.publisher : document.about);
}

function wordsOfDocument(document: FamilyDocument): Set<string> {
  const text = [document.name, document.publisher, document.about].join(" ");
  return new Set(wordsOf(fold(text)).filter(isWord));
}
