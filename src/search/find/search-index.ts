import { setImmediate as nextTurn } from "node:timers/promises";
import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { catalogueVersion } from "../../catalogue/file/open-catalogue.ts";
import { findWord, type WordFinds } from "../../catalogue/index/find-word.ts";
import type { SegmentKind } from "../../catalogue/index/indexed-image.ts";
import { endTurn, PageCache, TurnOver } from "../../catalogue/index/paged-array.ts";
import { type LiveSegment, readSegments } from "../../catalogue/index/segments.ts";
import type { Bits } from "../../catalogue/index/bits.ts";
import { readTexts } from "../../catalogue/read/read-texts.ts";
import { findWordInFacts, type WordInFacts } from "./find-word-in-facts.ts";
import { beginPattern, finishPattern, type PatternSearch } from "./match-pattern.ts";
import { createMemo, type Memo } from "../answer/memo.ts";
import type { TermWord } from "../term/parse-term.ts";

/** The search's index as one connection reads it. */
export interface SearchIndex {
  /** See catalogueVersion. */
  version(): string;
  /** The segments of a source as they are now or, in a transaction, in its state of the catalogue. */
  segmentsOf(sourceId: number, kind: SegmentKind): readonly LiveSegment[];
  /** See findWord. */
  findWord(open: LiveSegment, text: string, mask: number): WordFinds;
  /** The living documents that hold pieces in this order in one text; see beginPattern. */
  findPattern(open: LiveSegment, pieces: readonly string[], mask: number): Bits;
  /** See findWordInFacts. */
  findFacts(open: LiveSegment, word: TermWord): WordInFacts;
  /**
   * Runs work that reads the index. After some milliseconds of reading pages or texts, other requests run, and the work is started
   * again with those pages in memory, until it needs no more. So the work must not change anything.
   */
  inTurns<T>(work: () => T): Promise<T>;
  /** Forgets words that were looked up: for measuring. */
  forget(): void;
}

/** Memory, in bytes: for pages of the index, and for words that were looked up. */
export interface IndexMemory {
  readonly pages: number;
  readonly words: number;
  /** By how much both may grow where many sources are searched: twice as much from 16 on, at most so many times from 32 on. */
  readonly growth?: number;
  /** Milliseconds of reading at a time; at least one page is read. */
  readonly readingTurn?: number;
}

/** For the process's answers. A region of 200,000 images fills half of it; one of a cloud's 33 regions is looked at with all others. */
export const SERVING: IndexMemory = { pages: 96 * 1024 * 1024, words: 16 * 1024 * 1024, growth: 3.5 };
/** For one long answer; there may be many at a time. */
export const STREAMING: IndexMemory = { pages: 4 * 1024 * 1024, words: 1024 * 1024 };

/** Milliseconds of reading. Other requests wait that long, plus the time to process what was read. */
const READING_TURN = 3;

/** Sets of documents for one word: its matches, and four fits that may be worked out later. */
const SETS_OF_WORD = 5;

export function createSearchIndex(catalogue: Catalogue, memory: IndexMemory): SearchIndex {
  const cache = new PageCache(memory.pages);
  const room = createRoom(cache, memory);
  const begun = createMemo<PatternSearch>(memory.words / 4, ({ match }) => match.byteLength);
  const facts = createMemo<WordInFacts>(memory.words / 4, ({ byteLength }) => LEAST_IN_FACTS + byteLength);
  const known = new Map<string, readonly LiveSegment[]>();
  let version = "";
  let current = new Set<string>();
  const find = (open: LiveSegment, text: string, mask: number): WordFinds => {
    const key = `${open.id} ${mask} ${text}`;
    const found = room.words.get(key);
    if (found) return found;
    const finds = findWord(open.segment, text, mask);
    room.words.set(key, finds);
    return finds;
  };
  return {
    version: () => catalogueVersion(catalogue),
    segmentsOf(sourceId, kind) {
      const newest = catalogueVersion(catalogue);
      if (newest !== version) current = new Set();
      version = newest;
      const key = `${sourceId} ${kind}`;
      const before = known.get(key);
      if (before && current.has(key)) return before;
      const segments = readSegments(catalogue, sourceId, kind, cache, before);
      known.set(key, segments);
      room.growFor(known.size);
      current.add(key);
      return segments;
    },
    findWord: find,
    findPattern(open, pieces, mask) {
      // Documents may have died since, and are left out; none comes alive.
      const key = `${open.id} ${mask} *${JSON.stringify(pieces)}`;
      const known = room.words.get(key);
      if (known) return known.match;
      const search = begun.get(key) ?? beginPattern(open, pieces, (piece) => find(open, piece, mask).match);
      begun.set(key, search);
      // Without the cache the work would start again forever.
      const looked = countTurn(cache, () => begun.get(key) === search);
      const match = finishPattern(search, open, { textsOf: (row) => readTexts(catalogue, row), looked });
      room.words.set(key, { match, fits: undefined });
      return match;
    },
    findFacts(open, word) {
      const key = `${open.id} ${keyOf(word)}`;
      const known = facts.get(key);
      if (known) return known;
      const found = findWordInFacts(open, word);
      facts.set(key, found);
      return found;
    },
    inTurns: (work) => workInTurns(cache, memory.readingTurn ?? READING_TURN, work),
    forget() {
      room.words.clear();
      begun.clear();
      facts.clear();
    },
  };
}

/** What is remembered of words, and how much of it and of pages there is room for. */
interface Room {
  readonly words: Memo<WordFinds>;
  /** Makes room for so many sources. */
  growFor(sources: number): void;
}

/** From this many sources on, there is twice as much. */
const MANY_SOURCES = 16;

function createRoom(cache: PageCache, memory: IndexMemory): Room {
  const remember = (times: number): Memo<WordFinds> =>
    createMemo(memory.words * times, ({ match }) => SETS_OF_WORD * match.byteLength);
  let times = 1;
  let words = remember(times);
  return {
    get words() {
      return words;
    },
    growFor(sources) {
      const doublings = Math.max(0, Math.floor(Math.log2(sources / MANY_SOURCES)) + 1);
      const grown = Math.min(memory.growth ?? 1, 2 ** doublings);
      if (grown === times) return;
      times = grown;
      cache.capacity = memory.pages * times;
      words = remember(times);
    },
  };
}

const keys = new WeakMap<TermWord, string>();

/** Equal words have the same. */
function keyOf(word: TermWord): string {
  let key = keys.get(word);
  if (key === undefined) keys.set(word, (key = JSON.stringify(word)));
  return key;
}

/** To be called now and then during work: throws TurnOver when the turn is over, if the work `canGoOn` from there. */
function countTurn(cache: PageCache, canGoOn: () => boolean): () => void {
  let since = performance.now();
  return () => {
    const now = performance.now();
    cache.readingLeft -= now - since;
    since = now;
    if (cache.readingLeft < 0 && canGoOn()) endTurn();
  };
}

/** Starts work again after each `readingTurn` milliseconds of reading; pages that were read are in memory by then. */
async function workInTurns<T>(cache: PageCache, readingTurn: number, work: () => T): Promise<T> {
  const before = cache.bytesRead;
  for (;;) {
    // Work that reads more than memory holds would start again forever.
    cache.readingLeft = cache.holdsSince(before) ? readingTurn : Infinity;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TurnOver)) throw error;
    } finally {
      cache.readingLeft = Infinity;
    }
    await nextTurn();
  }
}

/** Bytes of a cached word that no facts contain. */
const LEAST_IN_FACTS = 500;
