import { randomInt } from "node:crypto";
import { Numbers } from "./numbers.ts";

/** Numbers distinct texts, in the order in which they are met first. */
export interface TextNumbers {
  readonly all: readonly string[];
  /** The number of a part of a text: no string is made of one that is known. */
  of(text: string, from: number, to: number): number;
}

/** A table is at most half full. */
const FULL = 2;

/** Whoever chooses the texts must not know which of them share a place. */
const SEED = randomInt(1 << 30) * 2 + 1;

/** Spreads what differs in few bits over all. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), SEED);
  return mixed ^ (mixed >>> 15);
}

/** A hash table of numbers: open addressing, each place holds one more than the number. */
class Places {
  #slots = new Int32Array(1 << 10);
  readonly #hashes = new Numbers();

  /** The first place of a hash. */
  first(hash: number): number {
    return hash & (this.#slots.length - 1);
  }

  next(place: number): number {
    return (place + 1) & (this.#slots.length - 1);
  }

  /** The number at a place, or -1. */
  at(place: number): number {
    return this.#slots[place]! - 1;
  }

  hashOf(number: number): number {
    return this.#hashes.data[number]! | 0;
  }

  /** Gives the next number to a place that is free. */
  add(place: number, hash: number): number {
    const number = this.#hashes.length;
    this.#hashes.push(hash);
    this.#slots[place] = number + 1;
    if (this.#hashes.length * FULL > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#hashes.length; number++) {
      let place = this.first(this.hashOf(number));
      while (this.#slots[place] !== 0) place = this.next(place);
      this.#slots[place] = number + 1;
    }
  }
}

function hashOf(text: string, from: number, to: number): number {
  let hash = to - from;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), SEED);
  return spread(hash);
}

export function createTextNumbers(): TextNumbers {
  const places = new Places();
  const all: string[] = [];
  return {
    all,
    of(text, from, to) {
      const hash = hashOf(text, from, to);
      let place = places.first(hash);
      for (let known = places.at(place); known !== -1; known = places.at(place)) {
        if (places.hashOf(known) === hash && isSame(all[known]!, text, from, to)) return known;
        place = places.next(place);
      }
      all.push(text.slice(from, to));
      return places.add(place, hash);
    },
  };
}

function isSame(known: string, text: string, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let at = from; at < to; at++) if (known.charCodeAt(at - from) !== text.charCodeAt(at)) return false;
  return true;
}

/** Numbers texts that are kept elsewhere. */
export interface KeptTextNumbers {
  /** -1 for one that has no number. */
  find(text: string): number;
  /** Gives the next number to a text. */
  add(text: string): void;
}

/** `isText`: whether a number's text is this one. Hardly asked of others: their hashes are the same. */
export function createKeptTextNumbers(isText: (number: number, text: string) => boolean): KeptTextNumbers {
  const places = new Places();
  return {
    find(text) {
      const hash = hashOf(text, 0, text.length);
      let place = places.first(hash);
      for (let known = places.at(place); known !== -1; known = places.at(place)) {
        if (places.hashOf(known) === hash && isText(known, text)) return known;
        place = places.next(place);
      }
      return -1;
    },
    add(text) {
      const hash = hashOf(text, 0, text.length);
      let place = places.first(hash);
      while (places.at(place) !== -1) place = places.next(place);
      places.add(place, hash);
    },
  };
}

/** Numbers distinct numbers, in the order in which they are met first. */
export interface NumberNumbers {
  all(): Uint32Array;
  of(number: number): number;
}

export function createNumberNumbers(): NumberNumbers {
  const places = new Places();
  const met = new Numbers();
  return {
    all: () => met.all(),
    of(number) {
      const hash = spread(number);
      let place = places.first(hash);
      for (let known = places.at(place); known !== -1; known = places.at(place)) {
        if (met.data[known] === number) return known;
        place = places.next(place);
      }
      met.push(number);
      return places.add(place, hash);
    },
  };
}

export interface PairNumbers {
  readonly firsts: Numbers;
  readonly seconds: Numbers;
  of(first: number, second: number): number;
}

export function createPairNumbers(): PairNumbers {
  const places = new Places();
  const [firsts, seconds] = [new Numbers(), new Numbers()];
  return {
    firsts,
    seconds,
    of(first, second) {
      const hash = spread(Math.imul(first, SEED) ^ second);
      let place = places.first(hash);
      for (let known = places.at(place); known !== -1; known = places.at(place)) {
        if (firsts.data[known] === first && seconds.data[known] === second) return known;
        place = places.next(place);
      }
      firsts.push(first);
      seconds.push(second);
      return places.add(place, hash);
    },
  };
}
