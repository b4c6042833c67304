import MiniSearch from "minisearch";
import type { FamilyBuild } from "../catalogue/family-documents.ts";
import { fold, wordsOf } from "../fold.ts";
import { type FamilyWords, type Traits, traitsOf } from "./family-weight.ts";
import { createVocabulary, type Vocabulary } from "./vocabulary.ts";

/** A text that the index holds once, however many sources have a family with it. */
export interface FamilyDocument {
  readonly id: number;
  readonly build: FamilyBuild;
  readonly words: FamilyWords;
  readonly traits: Traits;
  /** Which sources show it, and when the newest build of each was made. */
  readonly sources: ReadonlyMap<number, string>;
}

/** The documents, MiniSearch's index of them, and what each source has of them; changed together. */
export interface FamilyStore {
  readonly index: MiniSearch<FamilyDocument>;
  readonly documents: ReadonlyMap<unknown, FamilyDocument>;
  /** The words of the source with the most documents among these. */
  vocabularyOf(sourceIds: ReadonlySet<number>): Vocabulary;
  /** The documents whose publisher has this name, folded and cut at its words. */
  ofPublisher(words: string): FamilyDocument[];
  /** The ids of the families that a source has. */
  familiesOf(sourceId: number): ReadonlySet<number>;
  /** Replaces, adds or (with undefined) removes what a source has of a family. */
  put(sourceId: number, familyId: number, build: FamilyBuild | undefined): void;
}

interface GrowingDocument extends FamilyDocument {
  readonly sources: Map<number, string>;
}

/** What one source has of the families. */
interface Share {
  readonly documents: Map<number, GrowingDocument>;
  readonly vocabulary: Vocabulary;
}

export function createFamilyStore(): FamilyStore {
  const texts = createTexts();
  const shares = new Map<number, Share>();

  const remove = (sourceId: number, familyId: number): void => {
    const share = shares.get(sourceId);
    const document = share?.documents.get(familyId);
    if (!share || !document) return;
    share.documents.delete(familyId);
    share.vocabulary.remove(document.words);
    if (share.documents.size === 0) shares.delete(sourceId);
    document.sources.delete(sourceId);
    if (document.sources.size === 0) texts.close(document);
  };
  const add = (sourceId: number, build: FamilyBuild): void => {
    const document = texts.open(build);
    document.sources.set(sourceId, build.createdAt);
    const share = shares.get(sourceId) ?? { documents: new Map(), vocabulary: createVocabulary() };
    shares.set(sourceId, share);
    share.documents.set(build.familyId, document);
    share.vocabulary.add(document.words);
  };

  return {
    ...texts,
    vocabularyOf: (sourceIds) => largestOf(shares, sourceIds)?.vocabulary ?? createVocabulary(),
    familiesOf: (sourceId) => new Set(shares.get(sourceId)?.documents.keys()),
    put(sourceId, familyId, build) {
      const known = shares.get(sourceId)?.documents.get(familyId);
      if (build && known && isSameText(known.build, build)) {
        known.sources.set(sourceId, build.createdAt);
        return;
      }
      if (known) remove(sourceId, familyId);
      if (build) add(sourceId, build);
    },
  };
}

/** The documents, found by id, family and publisher. */
interface Texts extends Pick<FamilyStore, "index" | "documents" | "ofPublisher"> {
  /** The document of a build's text, which is made when there is none. */
  open(build: FamilyBuild): GrowingDocument;
  close(document: GrowingDocument): void;
}

function createTexts(): Texts {
  const index = createIndex();
  const documents = new Map<unknown, GrowingDocument>();
  const byPublisher = createGroups<string>();
  const byFamily = createGroups<number>();
  const read = createBuildReader();
  return {
    index,
    documents,
    ofPublisher: (words) => [...byPublisher.of(words)],
    open(build) {
      for (const known of byFamily.of(build.familyId)) if (isSameText(known.build, build)) return known;
      const document = read(build);
      index.add(document);
      documents.set(document.id, document);
      byFamily.add(build.familyId, document);
      byPublisher.add(publisherOf(document), document);
      return document;
    },
    close(document) {
      index.remove(document);
      documents.delete(document.id);
      byFamily.remove(document.build.familyId, document);
      byPublisher.remove(publisherOf(document), document);
    },
  };
}

interface Groups<Key> {
  of(key: Key): ReadonlySet<GrowingDocument>;
  add(key: Key, document: GrowingDocument): void;
  remove(key: Key, document: GrowingDocument): void;
}

const NONE: ReadonlySet<GrowingDocument> = new Set();

function createGroups<Key>(): Groups<Key> {
  const groups = new Map<Key, Set<GrowingDocument>>();
  return {
    of: (key) => groups.get(key) ?? NONE,
    add(key, document) {
      const group = groups.get(key);
      if (group) group.add(document);
      else groups.set(key, new Set([document]));
    },
    remove(key, document) {
      const group = groups.get(key);
      group?.delete(document);
      if (group?.size === 0) groups.delete(key);
    },
  };
}

/** Texts whose words are kept while documents are read: many share some. */
const TEXTS_KEPT = 2_000;

function createBuildReader(): (build: FamilyBuild) => GrowingDocument {
  const kept = new Map<string, readonly string[]>();
  let id = 0;
  const shared = (text: string): readonly string[] => {
    let words = kept.get(text);
    if (!words) {
      if (kept.size >= TEXTS_KEPT) kept.clear();
      kept.set(text, (words = readWords(text)));
    }
    return words;
  };
  return (build) => {
    const words = { name: readWords(build.name), publisher: shared(build.publisher), about: shared(build.about) };
    return { id: id++, build, words, traits: traitsOf(words, build), sources: new Map() };
  };
}

/** Its texts are cut into words already; one after the other they are put together for MiniSearch and cut by it again. */
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

function isSameText(a: FamilyBuild, b: FamilyBuild): boolean {
  return a.name === b.name && a.publisher === b.publisher && a.about === b.about && a.ownerId === b.ownerId;
}

function largestOf(shares: ReadonlyMap<number, Share>, sourceIds: ReadonlySet<number>): Share | undefined {
  let largest: Share | undefined;
  for (const id of [...sourceIds].toSorted((a, b) => a - b)) {
    const share = shares.get(id);
    if (share && share.documents.size > (largest?.documents.size ?? 0)) largest = share;
  }
  return largest;
}

function publisherOf({ words }: FamilyDocument): string {
  return words.publisher.join(" ");
}

function readWords(text: string): string[] {
  return wordsOf(fold(text)).filter(isWord);
}

const HAS_DIGIT = /\d/;

/** One-off words (long numbers and hashes) are found by the database, and would only fill memory here. */
function isWord(word: string): boolean {
  if (word.length > 24) return false;
  return !HAS_DIGIT.test(word) || !(/\d{6,}/.test(word) || (word.length >= 8 && /^[0-9a-f]*$/.test(word)));
}
