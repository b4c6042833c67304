import { PAGE_BYTES } from "./paged-array.ts";

/*
 * A page of numbers of 32 bits as steps: what each is more (even) or less (odd) than the one before, in as few bytes as it takes.
 * Most numbers of a segment ascend, or nearly do.
 */

/** A number takes at most so many bytes. */
const MOST_BYTES = 5;

/** The steps of a page take at most so many bytes. */
export const MOST_STEP_BYTES = (PAGE_BYTES / Uint32Array.BYTES_PER_ELEMENT) * MOST_BYTES;

const room = new Uint8Array(MOST_STEP_BYTES);

/** Valid until the next call. */
export function toSteps(numbers: Uint32Array): Uint8Array {
  let [length, before] = [0, 0];
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at]!;
    const difference = (number - before) | 0;
    before = number;
    let step = ((difference << 1) ^ (difference >> 31)) >>> 0;
    while (step > 127) {
      room[length++] = (step & 127) | 128;
      step >>>= 7;
    }
    room[length++] = step;
  }
  return room.subarray(0, length);
}

/** The numbers again; undefined where the steps are not those of `count` numbers. */
export function fromSteps(steps: Uint8Array, count: number): Uint32Array | undefined {
  const numbers = new Uint32Array(count);
  let [number, at] = [0, 0];
  for (let n = 0; n < count; n++) {
    let step = steps[at++]!;
    if (step > 127) {
      step &= 127;
      for (let shift = 7, byte = 128; byte > 127; shift += 7) {
        byte = steps[at++]!;
        step |= (byte & 127) << shift;
      }
    }
    number += (step >>> 1) ^ -(step & 1);
    numbers[n] = number;
  }
  return at === steps.length ? numbers : undefined;
}
