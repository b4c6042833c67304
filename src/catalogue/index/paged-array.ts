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

/** A young one's share of the memory is one of so many. A whole one is dropped at a time, so most of the memory is in use. */
const SHARES = 4;
/** Of old generations. Most pages of each may have become young since. */
const MOST_OLD = 64;

/** Pages that were looked at in the same time. */
interface Generation {
  readonly number: number;
  readonly pages: { readonly array: PagedArray<Uint8Array | Uint32Array>; readonly at: number }[];
  bytes: number;
}

/**
 * Bounds the memory of all arrays that share it, in bytes. Pages are of several generations: those that were looked at lately are
 * young, and when they take their share of the memory, they are one generation older; an old one that is looked at is young again.
 * When memory is full, the oldest generation is dropped.
 */
export class PageCache {
  #capacity: number;
  #bytes = 0;
  #young: Generation = { number: 0, pages: [], bytes: 0 };
  /** The oldest first; their numbers follow each other. */
  readonly #old: Generation[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** From now on, in bytes. */
  set capacity(bytes: number) {
    this.#capacity = bytes;
  }

  /** Milliseconds that pages may still be read for until the turn of who reads them is over. */
  readingLeft = Infinity;
  /** Of all pages that were ever read. */
  bytesRead = 0;

  /** Whether all that was read since `bytesRead` was so is still at hand. */
  holdsSince(bytesRead: number): boolean {
    return this.bytesRead - bytesRead <= this.#capacity / 2;
  }

  /** What is kept, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes note of a page that was read, or was old, and is young now; returns its generation. */
  noteYoung(
    array: PagedArray<Uint8Array | Uint32Array>,
    at: number,
    bytes: number,
    before: number | undefined,
  ): number {
    const young = this.#young;
    const left = before === undefined ? undefined : this.#old[before - (this.#old[0]?.number ?? 0)];
    if (left) left.bytes -= bytes;
    else this.#bytes += bytes;
    young.pages.push({ array, at });
    young.bytes += bytes;
    while (this.#bytes > this.#capacity && this.#old.length > 0) this.#dropOldest();
    if (young.bytes > this.#capacity / SHARES) this.#age();
    return young.number;
  }

  #age(): void {
    for (const array of new Set(this.#young.pages.map((page) => page.array))) array.age();
    this.#old.push(this.#young);
    this.#young = { number: this.#young.number + 1, pages: [], bytes: 0 };
    if (this.#old.length > MOST_OLD) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#old.shift();
    if (!oldest) return;
    for (const { array, at } of oldest.pages) array.drop(at, oldest.number);
    this.#bytes -= oldest.bytes;
  }
}

abstract class PagedArray<Page extends Uint8Array | Uint32Array> {
  readonly length: number;
  protected young: (Page | undefined)[] = [];
  /** All that are kept, the young ones too. */
  readonly #kept: ({ readonly page: Page; readonly generation: number } | undefined)[] = [];
  readonly #read: ReadPage;
  readonly #cache: PageCache;

  constructor(length: number, read: ReadPage, cache: PageCache) {
    this.length = length;
    this.#read = read;
    this.#cache = cache;
  }

  /** Whole pages, for who reads many elements in a row. */
  page(at: number): Page {
    const young = this.young[at];
    if (young) return young;
    const kept = this.#kept[at];
    const page = kept?.page ?? this.#readInTurn(at);
    this.young[at] = page;
    const generation = this.#cache.noteYoung(this, at, page.byteLength, kept?.generation);
    this.#kept[at] = { page, generation };
    return page;
  }

  /** Its young pages are old from now on. */
  age(): void {
    this.young = [];
  }

  /** Drops a page, unless it was looked at after that generation. */
  drop(at: number, generation: number): void {
    if (this.#kept[at]?.generation === generation) this.#kept[at] = undefined;
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

  /** The elements from `from` to `to` (excluded), which may lie on several pages. */
  copy(from: number, to: number): Uint8Array {
    const all = new Uint8Array(to - from);
    for (let at = from; at < to;) {
      const start = at & NARROW_MASK;
      const count = Math.min(to - at, NARROW_MASK + 1 - start);
      all.set(this.page(at >>> NARROW_SHIFT).subarray(start, start + count), at - from);
      at += count;
    }
    return all;
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
