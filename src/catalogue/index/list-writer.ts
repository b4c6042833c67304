import { type Bits, setBit } from "./bits.ts";
import { release } from "./numbers.ts";
import { lowerBound } from "./paged-array.ts";
import { ANYWHERE, type FlagBits, keptFlags, LITERAL, PLANES } from "./posting-lists.ts";

/** Lists as they are built. */
export interface BuiltLists {
  readonly flagBits: FlagBits;
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
  readonly denseIds: Uint32Array;
  readonly bitmaps: Uint32Array;
  readonly unions: Uint32Array;
}

/** Collects numbers in as few bytes as they need. */
export class VarintWriter {
  #data = new Uint8Array(1 << 12);
  length = 0;

  add(number: number): void {
    if (this.length + 5 > this.#data.length) this.#grow();
    let value = number;
    while (value > 127) {
      this.#data[this.length++] = (value & 127) | 128;
      value >>>= 7;
    }
    this.#data[this.length++] = value;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#data.length * 2);
    larger.set(this.#data);
    release(this.#data);
    this.#data = larger;
  }

  /** All that was added; nothing can be added any more. */
  bytes(): Uint8Array {
    const bytes = this.#data.slice(0, this.length);
    release(this.#data);
    return bytes;
  }
}

/** Writes lists one after the other. */
export interface ListWriter {
  /** Adds a list: documents `from` to `to` (excluded), ascending, with their flags. */
  add(docs: Uint32Array, flags: Uint8Array, from: number, to: number): void;
  done(): BuiltLists;
}

/** Shorter lists are never bitmaps. */
const FEWEST_DENSE = 64;
/** A list with more than this share of the documents is a bitmap. */
const DENSE_SHARE = 1 / 16;

/** `size`: documents of the segment. `block`: see PostingLists. */
export function createListWriter(size: number, flagBits: FlagBits, block = 0): ListWriter {
  const width = (size + 31) >> 5;
  const planes = PLANES[flagBits];
  const out = new VarintWriter();
  const starts: number[] = [0];
  const denseIds: number[] = [];
  const bitmaps: Bits[] = [];
  const unions: Bits[] = [];
  const bitmapsOf = (docs: Uint32Array, flags: Uint8Array, from: number, to: number): Bits => {
    const bits = new Uint32Array(planes.length * width);
    planes.forEach((mask, plane) => {
      for (let at = from; at < to; at++)
        if (mask === ANYWHERE || flags[at]! & mask) setBit(bits, plane * width * 32 + docs[at]!);
    });
    return bits;
  };
  return {
    add(docs, flags, from, to) {
      if (block > 0) {
        if ((starts.length - 1) % block === 0) unions.push(new Uint32Array(width));
        const union = unions.at(-1)!;
        for (let at = from; at < to; at++) setBit(union, docs[at]!);
      }
      if (to - from > Math.max(FEWEST_DENSE, size * DENSE_SHARE)) {
        denseIds.push(starts.length - 1);
        bitmaps.push(bitmapsOf(docs, flags, from, to));
      } else {
        for (let at = from, last = 0; at < to; at++) {
          out.add((((docs[at]! - last) << flagBits) | keptFlags(flags[at]!, flagBits)) >>> 0);
          last = docs[at]!;
        }
      }
      starts.push(out.length);
    },
    done: () => ({
      flagBits,
      starts: Uint32Array.from(starts),
      bytes: out.bytes(),
      denseIds: Uint32Array.from(denseIds),
      bitmaps: joined(bitmaps, planes.length * width),
      unions: joined(unions, width),
    }),
  };
}

function joined(arrays: readonly Bits[], width: number): Uint32Array {
  const all = new Uint32Array(arrays.length * width);
  arrays.forEach((array, at) => {
    all.set(array, at * width);
    release(array);
  });
  return all;
}

/** The document of a list, as it is built, that holds no other one; `lists` keep all flags. */
export function onlyDocument(
  { starts, bytes, flagBits }: BuiltLists,
  list: number,
): { readonly doc: number; readonly flags: number } | undefined {
  const [from, to] = [starts[list]!, starts[list + 1]!];
  if (from === to) return undefined;
  let value = 0;
  for (let at = from; at < to; at++) {
    value += (bytes[at]! & 127) * 2 ** (7 * (at - from));
    if (bytes[at]! < 128 && at + 1 < to) return undefined;
  }
  const flags = value % 2 ** flagBits;
  return { doc: (value - flags) / 2 ** flagBits, flags };
}

/** Adds the documents of a list, as it is built, to sets of `width` elements: all of them, and those with the LITERAL flag. */
export function addBuilt(
  lists: BuiltLists,
  list: number,
  width: number,
  { all, literal }: { readonly all: Bits; readonly literal: Bits },
): void {
  const { starts, bytes, flagBits } = lists;
  const [from, to] = [starts[list]!, starts[list + 1]!];
  if (from === to) return addBuiltBitmap(lists, list, width, { all, literal });
  const isLiteral = keptFlags(LITERAL, flagBits);
  let [doc, value, shift] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    value |= (bytes[at]! & 127) << shift;
    shift += 7;
    if (bytes[at]! > 127) continue;
    doc += value >>> flagBits;
    setBit(all, doc);
    if ((value & isLiteral) !== 0) setBit(literal, doc);
    value = shift = 0;
  }
}

/** A list without bytes is empty or a bitmap. */
function addBuiltBitmap(
  { denseIds, bitmaps, flagBits }: BuiltLists,
  list: number,
  width: number,
  { all, literal }: { readonly all: Bits; readonly literal: Bits },
): void {
  const dense = lowerBound(denseIds, list);
  if (denseIds[dense] !== list) return;
  const planes = PLANES[flagBits].length;
  const [first, last] = [planes * dense * width, (planes * dense + planes - 1) * width];
  for (let at = 0; at < width; at++) {
    all[at]! |= bitmaps[first + at]!;
    literal[at]! |= bitmaps[last + at]!;
  }
}
