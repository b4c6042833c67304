/** A set of documents of a segment: document n is bit n % 32 of element n / 32. */
export type Bits = Uint32Array;

export function createBits(size: number): Bits {
  return new Uint32Array((size + 31) >> 5);
}

/** A set of the documents from 0 to `size` - 1. */
export function createFullBits(size: number): Bits {
  const bits = createBits(size).fill(-1);
  if (size & 31) bits[bits.length - 1] = (1 << (size & 31)) - 1;
  return bits;
}

export function hasBit(bits: Bits, at: number): boolean {
  return (bits[at >> 5]! & (1 << (at & 31))) !== 0;
}

export function setBit(bits: Bits, at: number): void {
  bits[at >> 5]! |= 1 << (at & 31);
}

export function clearBit(bits: Bits, at: number): void {
  bits[at >> 5]! &= ~(1 << (at & 31));
}

/** Keeps in `bits` what `other` has too. */
export function intersect(bits: Bits, other: Bits): Bits {
  for (let at = 0; at < bits.length; at++) bits[at]! &= other[at]!;
  return bits;
}

/** Keeps in `bits` what one of two others has too. */
export function intersectEither(bits: Bits, one: Bits, other: Bits): Bits {
  for (let at = 0; at < bits.length; at++) bits[at]! &= one[at]! | other[at]!;
  return bits;
}

/** Takes out of `bits` what `other` has. */
export function subtract(bits: Bits, other: Bits): Bits {
  for (let at = 0; at < bits.length; at++) bits[at]! &= ~other[at]!;
  return bits;
}

export function unite(bits: Bits, other: Bits): Bits {
  for (let at = 0; at < bits.length; at++) bits[at]! |= other[at]!;
  return bits;
}

export function isEmpty(bits: Bits): boolean {
  for (let at = 0; at < bits.length; at++) if (bits[at] !== 0) return false;
  return true;
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (let at = 0; at < bits.length; at++) if (bits[at] !== 0) count += countOnes(bits[at]!);
  return count;
}

/** The ones of a 32-bit number. */
export function countOnes(element: number): number {
  let x = element - ((element >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The documents in order. Bits that are changed meanwhile may or may not be seen. */
export function bitsOf(bits: Bits): Generator<number, void> {
  return bitsWithin(bits, 0, bits.length << 5);
}

/** The same of the documents from `from` to `to` (excluded); `only` those that another set has, or all `but` those. */
export function* bitsWithin(
  bits: Bits,
  from: number,
  to: number,
  { only, but }: { readonly only?: Bits; readonly but?: Bits } = {},
): Generator<number, void> {
  for (let at = from >> 5, end = (to + 31) >> 5; at < end; at++) {
    let x = bits[at]!;
    if (x === 0) continue;
    if (only) x &= only[at]!;
    if (but) x &= ~but[at]!;
    if (at === from >> 5) x &= -1 << (from & 31);
    for (; x !== 0; x &= x - 1) {
      const doc = (at << 5) + 31 - Math.clz32(x & -x);
      if (doc >= to) return;
      yield doc;
    }
  }
}
