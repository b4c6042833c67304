/*
 * Long arrays in pages that are read from the database when they are looked at, and dropped when memory is full. Pages are small,
 * since what is looked at lies scattered. Classes: their elements are read millions of times for a single answer.
 */

/** Bytes of a page. */
export const PAGE_BYTES = 1 << 14;

/** A page of one-byte elements: which page an element is on, and where there. */
export const NARROW_SHIFT = 14;
export const NARROW_MASK = (1 << NARROW_SHIFT) - 1;
/** The same of four-byte elements. */
export const WIDE_SHIFT = NARROW_SHIFT - 2;
export const WIDE_MASK = (1 << WIDE_SHIFT) - 1;

/** The bytes of a page of an array. */
export type ReadPage = (page: number) => Uint8Array;

/** Thrown out of work whose turn is over; what it read by then is at hand when it begins again. */
export class TurnOver extends Error {
  override name = "TurnOver";
}

/** Always the same: to make an error, with the places it comes from, takes as long as to read a page. */
const TURN_OVER = new TurnOver("the index was read for long enough");

/** Ends the turn of the work that reads. */
export function endTurn(): never {
  throw TURN_OVER;
}

/**
 * Bounds the memory of all arrays that share it, in bytes. Pages are of two generations: when the young ones take half of the
 * memory, the old ones are dropped and the young ones are old; an old one that is looked at is young again.
 */
export class PageCache {
  #half: number;
  #youngBytes = 0;
  #oldBytes = 0;
  #young = new Set<PagedArray<Uint8Array | Uint32Array>>();
  #old = new Set<PagedArray<Uint8Array | Uint32Array>>();

  constructor(capacity: number) {
    this.#half = capacity / 2;
  }

  /** From now on, in bytes. */
  set capacity(bytes: number) {
    this.#half = bytes / 2;
  }

  /** Milliseconds that pages may still be read for until the turn of who reads them is over. */
  readingLeft = Infinity;
  /** Of all pages that were ever read. */
  bytesRead = 0;

  /** Whether all that was read since `bytesRead` was so is still at hand. */
  holdsSince(bytesRead: number): boolean {
    return this.bytesRead - bytesRead <= this.#half;
  }

  /** What is kept, in bytes. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  /** Takes note of a page that an array has kept just now. */
  noteKept(array: PagedArray<Uint8Array | Uint32Array>, bytes: number): void {
    this.#young.add(array);
    this.#youngBytes += bytes;
    if (this.#youngBytes <= this.#half) return;
    for (const aged of this.#old) aged.old = [];
    for (const aged of this.#young) {
      aged.old = aged.young;
      aged.young = [];
    }
    [this.#old, this.#young] = [this.#young, new Set()];
    [this.#oldBytes, this.#youngBytes] = [this.#youngBytes, 0];
  }
}

abstract class PagedArray<Page extends Uint8Array | Uint32Array> {
  readonly length: number;
  young: (Page | undefined)[] = [];
  old: (Page | undefined)[] = [];
  readonly #read: ReadPage;
  readonly #cache: PageCache;

  constructor(length: number, read: ReadPage, cache: PageCache) {
    this.length = length;
    this.#read = read;
    this.#cache = cache;
  }

  /** Whole pages, for who reads many elements in a row. */
  page(at: number): Page {
    const kept = this.young[at];
    if (kept) return kept;
    const page = this.old[at] ?? this.#readInTurn(at);
    this.young[at] = page;
    this.#cache.noteKept(this, page.byteLength);
    return page;
  }

  #readInTurn(at: number): Page {
    const cache = this.#cache;
    if (cache.readingLeft < 0) endTurn();
    const started = performance.now();
    const page = this.elementsOf(this.#read(at));
    cache.readingLeft -= performance.now() - started;
    cache.bytesRead += page.byteLength;
    return page;
  }

  protected abstract elementsOf(bytes: Uint8Array): Page;
}

/** Bytes. */
export class NarrowArray extends PagedArray<Uint8Array> {
  at(index: number): number {
    const page = this.young[index >>> NARROW_SHIFT] ?? this.page(index >>> NARROW_SHIFT);
    return page[index & NARROW_MASK]!;
  }

  protected elementsOf(bytes: Uint8Array): Uint8Array {
    return bytes;
  }
}

/** Whole numbers of 32 bits. */
export class WideArray extends PagedArray<Uint32Array> {
  at(index: number): number {
    const page = this.young[index >>> WIDE_SHIFT] ?? this.page(index >>> WIDE_SHIFT);
    return page[index & WIDE_MASK]!;
  }

  protected elementsOf(bytes: Uint8Array): Uint32Array {
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
  }
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** Numbers of 64 bits, each in two elements of a wide array: row ids and times. */
export class DoubleArray {
  readonly length: number;
  readonly #wide: WideArray;

  constructor(wide: WideArray) {
    this.#wide = wide;
    this.length = wide.length / 2;
  }

  at(index: number): number {
    halves[0] = this.#wide.at(2 * index);
    halves[1] = this.#wide.at(2 * index + 1);
    return double[0]!;
  }
}

/** Ascending numbers. */
interface Sorted {
  readonly length: number;
  at(index: number): number | undefined;
}

/** Where a number is among ascending ones, or the first greater one. */
export function lowerBound(sorted: Sorted, value: number, from = 0, to = sorted.length): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted.at(middle)! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
