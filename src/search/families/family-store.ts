import MiniSearch from "minisearch";
import type { FamilyBuild } from "../../catalogue/read/family-documents.ts";
import { wordsOf } from "../../fold.ts";
import { createWordCutter, type FamilyDocument, GrowingDocument, isSameText, isShown } from "./family-document.ts";
import { createHaystack } from "./haystack.ts";
import { createVocabulary, type Vocabulary } from "./vocabulary.ts";

/**
 * The documents, MiniSearch's index of them, and each source's share; they change together. Adding a document to the index
 * costs ten times as much as storing it here, so new ones wait for that, and are searched one by one until then.
 */
export interface FamilyStore {
  readonly index: MiniSearch<FamilyDocument>;
  readonly documents: ReadonlyMap<unknown, FamilyDocument>;
  /** Documents that are not in the index yet. */
  readonly waiting: ReadonlySet<FamilyDocument>;
  /** Those of them that may have all of these words, whole or as beginnings. Leaves out none. */
  waitingWith(words: readonly string[]): FamilyDocument[];
  /** The words of the source with the most documents among these. */
  vocabularyOf(sourceIds: ReadonlySet<number>): Vocabulary;
  /** The documents whose publisher has this name, folded and cut at its words. */
  ofPublisher(words: string): FamilyDocument[];
  /** The ids of the families that a source has. */
  familiesOf(sourceId: number): IterableIterator<number>;
  /** Replaces, adds or (with undefined) removes what a source has of a family. */
  put(sourceId: number, familyId: number, build: FamilyBuild | undefined): void;
  /** Takes the waiting documents of these sources (by default all) into the index, one in a step. */
  takeIn(sourceIds?: ReadonlySet<number>): Generator<void, void>;
}

/** What one source has of the families. */
interface Share {
  readonly documents: Map<number, GrowingDocument>;
  readonly vocabulary: Vocabulary;
}

export function createFamilyStore(): FamilyStore {
  const texts = createTexts();
  const haystack = createHaystack();
  const shares = new Map<number, Share>();

  const remove = (sourceId: number, familyId: number): void => {
    const share = shares.get(sourceId);
    const document = share?.documents.get(familyId);
    if (!share || !document) return;
    share.documents.delete(familyId);
    share.vocabulary.remove(document);
    if (share.documents.size === 0) shares.delete(sourceId);
    document.sources.delete(sourceId);
    if (document.sources.size === 0) texts.close(document);
  };
  const add = (sourceId: number, build: FamilyBuild): void => {
    const document = texts.open(build);
    document.sources.set(sourceId, build.createdAt);
    const share = shares.get(sourceId) ?? { documents: new Map(), vocabulary: createVocabulary(haystack) };
    shares.set(sourceId, share);
    share.documents.set(build.familyId, document);
    share.vocabulary.add(document);
    haystack.add(document);
  };

  return {
    ...texts,
    waitingWith(words) {
      const { waiting }: Pick<FamilyStore, "waiting"> = texts;
      return waiting.size === 0 ? [] : haystack.holdingAll(words).filter((document) => waiting.has(document));
    },
    vocabularyOf: (sourceIds) => largestOf(shares, sourceIds)?.vocabulary ?? createVocabulary(haystack),
    familiesOf: (sourceId) => (shares.get(sourceId)?.documents ?? new Map<number, never>()).keys(),
    put(sourceId, familyId, build) {
      const known = shares.get(sourceId)?.documents.get(familyId);
      if (build && known && isSameText(known.build, build)) {
        known.sources.set(sourceId, build.createdAt);
        return;
      }
      if (known) remove(sourceId, familyId);
      if (build) add(sourceId, build);
    },
    *takeIn(sourceIds) {
      for (const document of texts.waiting) {
        if (sourceIds && !isShown(document, sourceIds)) continue;
        texts.takeIn(document);
        for (const id of document.sources.keys()) shares.get(id)?.vocabulary.count(document);
        document.forget();
        yield;
      }
      // A new source may have documents that are in the index already.
      for (const { vocabulary } of shares.values()) yield* vocabulary.countAll();
      const isDone = texts.waiting.size === 0 && [...shares.values()].every(({ vocabulary }) => vocabulary.isCounted());
      if (isDone) haystack.clear();
    },
  };
}

/** The documents, found by id, family and publisher. */
interface Texts extends Pick<FamilyStore, "index" | "documents" | "ofPublisher"> {
  readonly waiting: ReadonlySet<GrowingDocument>;
  /** The document of a build's text, which is made when there is none. */
  open(build: FamilyBuild): GrowingDocument;
  close(document: GrowingDocument): void;
  takeIn(document: GrowingDocument): void;
}

function createTexts(): Texts {
  const index = createIndex();
  const waiting = new Set<GrowingDocument>();
  const documents = new Map<unknown, GrowingDocument>();
  const byFamily = new Map<number, readonly GrowingDocument[]>();
  const byPublisher = new Map<string, Set<GrowingDocument>>();
  const cut = createWordCutter();
  const publisherOf = ({ publisher }: FamilyBuild): string => cut(publisher).join(" ");
  let nextId = 0;
  return {
    index,
    documents,
    waiting,
    ofPublisher: (words) => [...(byPublisher.get(words) ?? [])],
    open(build) {
      const family = byFamily.get(build.familyId);
      const known = family?.find((other) => isSameText(other.build, build));
      if (known) return known;
      const document = new GrowingDocument(nextId++, build, cut);
      waiting.add(document);
      documents.set(document.id, document);
      byFamily.set(build.familyId, family ? [...family, document] : [document]);
      const publisher = publisherOf(build);
      const published = byPublisher.get(publisher);
      if (published) published.add(document);
      else byPublisher.set(publisher, new Set([document]));
      return document;
    },
    close(document) {
      if (!waiting.delete(document)) index.remove(document);
      documents.delete(document.id);
      const family = byFamily.get(document.build.familyId)?.filter((other) => other !== document) ?? [];
      if (family.length > 0) byFamily.set(document.build.familyId, family);
      else byFamily.delete(document.build.familyId);
      const publisher = publisherOf(document.build);
      const published = byPublisher.get(publisher);
      published?.delete(document);
      if (published?.size === 0) byPublisher.delete(publisher);
    },
    takeIn(document) {
      if (waiting.delete(document)) index.add(document);
    },
  };
}

/** Texts are cut into words already; they are joined for MiniSearch, which cuts them again. */
function createIndex(): MiniSearch<FamilyDocument> {
  return new MiniSearch<FamilyDocument>({
    fields: ["name", "publisher", "about"],
    extractField: ({ id, words }, field) =>
      field === "id"
        ? id
        : (field === "name" ? words.name : field === "publisher" ? words.publisher : words.about).join(" "),
    tokenize: (text) => (text === "" ? [] : text.split(" ")),
    processTerm: (word) => word,
    searchOptions: { tokenize: (text) => wordsOf(text), combineWith: "AND" },
  });
}

function largestOf(shares: ReadonlyMap<number, Share>, sourceIds: ReadonlySet<number>): Share | undefined {
  let largest: Share | undefined;
  for (const id of [...sourceIds].toSorted((a, b) => a - b)) {
    const share = shares.get(id);
    if (share && share.documents.size > (largest?.documents.size ?? 0)) largest = share;
  }
  return largest;
}
