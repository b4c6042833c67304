/** A stream of pseudo-random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  /** True in about `share` of all calls; `share` from 0 to 1. */
  chance(share: number): boolean;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

/** Mulberry32: one multiplication-heavy step per number, which is what lets a region be generated at stream speed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return { below, chance: (share) => next() < share * 2 ** 32, pick, hex, uuid };

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  function below(limit: number): number {
    return Math.floor((next() / 2 ** 32) * limit);
  }

  function pick<T>(items: readonly T[]): T {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  function hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += hex8(next());
    return text.slice(0, digits);
  }

  function uuid(): string {
    const tail = hex8(next());
    return `${hex8(next())}-${tail.slice(0, 4)}-4${tail.slice(5)}-a${hex(3)}-${hex(12)}`;
  }
}

/** A number from several: different lists give different, well spread numbers. Unsigned, 32 bits. */
export function hashNumbers(...numbers: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const number of numbers) hash = scramble(hash ^ scramble(number | 0));
  return hash;
}

/** FNV-1a of a text's code units, spread. Unsigned, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return scramble(hash);
}

/** A bijection of the unsigned 32-bit numbers: MurmurHash3's last step. */
export function scramble(number: number): number {
  let mixed = number | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The inverse of `scramble`. */
export function unscramble(number: number): number {
  let mixed = number | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7ed1b41d);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ (mixed >>> 26), 0xa5cb9243);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Eight hexadecimal digits. */
export function hex8(number: number): string {
  return (number >>> 0).toString(16).padStart(8, "0");
}
