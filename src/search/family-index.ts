import MiniSearch from "minisearch";
import {
  changedFamilies,
  type FamilyDocument,
  readFamilyDocuments,
  readFamilyDocumentsOf,
} from "../catalogue/family-documents.ts";
import type { Catalogue } from "../catalogue/open-catalogue.ts";
import { fold, wordsOf } from "../fold.ts";
import { createVocabulary } from "./vocabulary.ts";
import { MIN_PREFIX } from "./fit.ts";

/**
 * A MiniSearch over the families of known publishers: it ranks the head of each answer, completes and
 * corrects. It grows with distinct families, not with images; completeness is the database's.
 */
export interface FamilyIndex {
  /** Grows when the index changes: a part of what an order depends on. */
  readonly generation: number;
  readonly familyCount: number;
  /** Brings the index up to what is committed. */
  follow(): void;
  /** MiniSearch's scores of the best families for these words (letters and digits), by family id. */
  score(words: readonly string[], sourceIds: ReadonlySet<number>): ReadonlyMap<number, number>;
  /** Completions and corrections, best first. */
  suggest(term: string, sourceIds: ReadonlySet<number>, limit: number): string[];
}

/** Words that would make MiniSearch visit more documents than this are left to the static order. */
const MAX_VISITS = 1_000;
/** Families whose newest builds MiniSearch puts in order; the rest of an answer keeps the static order. */
const HEAD = 100;

export function createFamilyIndex(catalogue: Catalogue): FamilyIndex {
  const index = new MiniSearch<FamilyDocument>({
    idField: "key",
    fields: ["name", "publisher", "about"],
    tokenize: (text) => wordsOf(text).filter(isWord),
    processTerm: (word) => word,
    extractField: (document, field) => textOf(document, field),
    searchOptions: { boost: { name: 3, publisher: 2 }, tokenize: (text) => wordsOf(text), combineWith: "AND" },
  });
  const documents = new Map<string, FamilyDocument>();
  const vocabulary = createVocabulary();
  const revisions = new Map<number, number>();
  let generation = 0;

  const put = (key: string, next: FamilyDocument | undefined): void => {
    const known = documents.get(key);
    if (known) {
      index.remove(known);
      vocabulary.remove(wordsOfDocument(known));
      documents.delete(key);
    }
    if (!next) return;
    index.add(next);
    vocabulary.add(wordsOfDocument(next));
    documents.set(key, next);
  };

  const followFamilies = (familyIds: ReadonlySet<number>): void => {
    const keysOf = new Map<number, string[]>();
    for (const { key, familyId } of documents.values()) {
      if (familyIds.has(familyId)) keysOf.set(familyId, [...(keysOf.get(familyId) ?? []), key]);
    }
    for (const familyId of familyIds) {
      const now = readFamilyDocumentsOf(catalogue, familyId);
      for (const key of new Set([...(keysOf.get(familyId) ?? []), ...now.keys()])) put(key, now.get(key));
    }
  };

  const followAll = (): void => {
    const now = readFamilyDocuments(catalogue);
    for (const key of [...documents.keys()]) if (!now.has(key)) put(key, undefined);
    for (const [key, next] of now) if (!isSame(documents.get(key), next)) put(key, next);
  };

  return {
    get generation() {
      return generation;
    },
    get familyCount() {
      return documents.size;
    },
    follow() {
      const current = readRevisions(catalogue);
      const behind = [...current].filter(([id, revision]) => revisions.get(id) !== revision);
      const isGone = [...revisions.keys()].some((id) => !current.has(id));
      if (behind.length === 0 && !isGone) return;
      const changes = behind.map(([id]) => changedFamilies(catalogue, id, revisions.get(id) ?? 0));
      if (isGone || changes.includes(undefined)) followAll();
      else followFamilies(new Set(changes.flatMap((ids) => ids ?? [])));
      revisions.clear();
      for (const [id, revision] of current) revisions.set(id, revision);
      generation++;
    },
    score(words, sourceIds) {
      const sought = vocabulary.affordable(words, MIN_PREFIX, MAX_VISITS);
      if (sought.length === 0) return new Map();
      const hits = index.search(sought.join(" "), {
        prefix: (word) => word.length >= MIN_PREFIX,
        filter: ({ id }) => documents.get(String(id))?.sourceIds.some((source) => sourceIds.has(source)) ?? false,
      });
      const scores = new Map<number, number>();
      for (const { id, score } of hits.slice(0, HEAD)) {
        const family = documents.get(String(id))?.familyId;
        if (family !== undefined && !scores.has(family)) scores.set(family, score);
      }
      return scores;
    },
    suggest(term, sourceIds, limit) {
      const isVisible = ({ id }: { id: unknown }): boolean =>
        documents.get(String(id))?.sourceIds.some((source) => sourceIds.has(source)) ?? false;
      const words = wordsOf(fold(term)).join(" ");
      const complete = index.autoSuggest(words, { prefix: true, fuzzy: false, filter: isVisible });
      const corrected =
        complete.length > 0 ? [] : index.autoSuggest(words, { prefix: true, fuzzy: 0.34, filter: isVisible });
      return [...complete, ...corrected].slice(0, limit).map(({ suggestion }) => suggestion);
    },
  };
}

function readRevisions({ sqlite }: Catalogue): Map<number, number> {
  return new Map(sqlite.prepare<[], [number, number]>("SELECT id, revision FROM sources").raw().all());
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
