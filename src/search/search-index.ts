import type { Catalogue } from "../catalogue/open-catalogue.ts";
import { catalogueVersion } from "../catalogue/open-catalogue.ts";
import { findWord, type WordFinds } from "../catalogue/index/find-word.ts";
import type { SegmentKind } from "../catalogue/index/indexed-image.ts";
import { PageCache } from "../catalogue/index/paged-array.ts";
import { type LiveSegment, readSegments } from "../catalogue/index/segments.ts";
import { createMemo } from "./memo.ts";

/** The search's index as one connection reads it. */
export interface SearchIndex {
  /** The segments of a source as they are now; in a transaction, as they are in its state of the catalogue. */
  segmentsOf(sourceId: number, kind: SegmentKind): readonly LiveSegment[];
  /** See findWord. */
  findWord(open: LiveSegment, text: string, mask: number): WordFinds;
  /** Forgets words that were looked up: for measuring. */
  forget(): void;
}

/** Memory, in bytes: for pages of the index, and for words that were looked up. */
export interface IndexMemory {
  readonly pages: number;
  readonly words: number;
}

/** For the process's answers. A region of 200,000 images fills half of it. */
export const SERVING: IndexMemory = { pages: 96 * 1024 * 1024, words: 16 * 1024 * 1024 };
/** For one long answer; there may be many at a time. */
export const STREAMING: IndexMemory = { pages: 4 * 1024 * 1024, words: 1024 * 1024 };

/** A word's matches, and four fits that may be worked out later: so many sets of documents. */
const SETS_OF_WORD = 5;

export function createSearchIndex(catalogue: Catalogue, memory: IndexMemory): SearchIndex {
  const cache = new PageCache(memory.pages);
  const words = createMemo<WordFinds>(memory.words, ({ match }) => SETS_OF_WORD * match.byteLength);
  const known = new Map<string, readonly LiveSegment[]>();
  let version = "";
  let current = new Set<string>();
  return {
    segmentsOf(sourceId, kind) {
      const newest = catalogueVersion(catalogue);
      if (newest !== version) current = new Set();
      version = newest;
      const key = `${sourceId} ${kind}`;
      const before = known.get(key);
      if (before && current.has(key)) return before;
      const segments = readSegments(catalogue.sqlite, sourceId, kind, cache, before);
      known.set(key, segments);
      current.add(key);
      return segments;
    },
    findWord(open, text, mask) {
      const key = `${open.id} ${mask} ${text}`;
      const found = words.get(key);
      if (found) return found;
      const finds = findWord(open.segment, text, mask);
      words.set(key, finds);
      return finds;
    },
    forget: words.clear,
  };
}
