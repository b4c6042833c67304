/** A growing array of whole numbers. */
export class Numbers {
  data: Uint32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.data = new Uint32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Uint32Array(this.data.length * 2);
      larger.set(this.data);
      release(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  /** What was pushed. */
  all(): Uint32Array {
    return this.data.subarray(0, this.length);
  }
}

/** The first `length` of some numbers. */
export type NumbersMet = Pick<Numbers, "data" | "length">;

/** A number and a document, for each time that the number is met in it. */
export interface Met {
  readonly numbers: NumbersMet;
  readonly docs: NumbersMet;
}

/**
 * Frees the memory of arrays that nobody looks at any more, at once: building a segment fills so many of them that those which wait for
 * the garbage collector would take more than all else.
 */
export function release(...arrays: readonly { readonly buffer: ArrayBufferLike }[]): void {
  for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** Where distinct numbers (whole, at least 0) are, the least first. */
export function orderOf(numbers: ArrayLike<number>): Uint32Array {
  const { length } = numbers;
  const most = Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, length)) - 1;
  const packed = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    if (numbers[at]! > most) return orderOfLarge(numbers);
    packed[at] = numbers[at]! * length + at;
  }
  // Sorting plain numbers is native.
  return Uint32Array.from(packed.sort(), (each) => each % length);
}

function orderOfLarge(numbers: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: numbers.length }, (_, at) => at).sort((a, b) => numbers[a]! - numbers[b]!);
}
