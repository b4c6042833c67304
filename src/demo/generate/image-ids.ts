import { hashNumbers, hex8, scramble, unscramble } from "./random.ts";

/**
 * Image ids of one generated region: unique by construction, and readable back into the position they
 * were made from, so that an image is found by its id without an index of millions of ids.
 */
export interface ImageIds {
  /** `ami-0` and 16 hexadecimal digits, as since 2018. */
  long(position: number): string;
  /** `ami-` and 8 hexadecimal digits, as before. */
  short(position: number): string;
  /** An id as `short` makes them, of a kernel or a ramdisk: `aki-`, `ari-`. */
  other(kind: "aki" | "ari", position: number): string;
  /** The position an id would stand for; undefined when it is none. The image there may have an id of another form. */
  positionOf(id: string): number | undefined;
}

const LONG = /^ami-0([0-9a-f]{8})([0-9a-f]{8})$/;
const SHORT = /^a[mkr]i-([0-9a-f]{8})$/;

/** `key` tells regions apart. Positions are unsigned 32-bit numbers. */
export function createImageIds(key: number): ImageIds {
  return { long, short, other, positionOf };

  function long(position: number): string {
    const left = scramble(position ^ key);
    return `ami-0${hex8(left)}${hex8(rightOf(left))}`;
  }

  function short(position: number): string {
    return `ami-${hex8(scramble(position ^ key))}`;
  }

  function other(kind: "aki" | "ari", position: number): string {
    return short(position).replace("ami", kind);
  }

  function positionOf(id: string): number | undefined {
    const digits = LONG.exec(id) ?? SHORT.exec(id);
    if (!digits) return undefined;
    const left = Number.parseInt(digits[1] ?? "", 16);
    if (digits[2] !== undefined && Number.parseInt(digits[2], 16) !== rightOf(left)) return undefined;
    return (unscramble(left) ^ key) >>> 0;
  }

  function rightOf(left: number): number {
    return hashNumbers(key, left);
  }
}
