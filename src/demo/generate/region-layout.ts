import { hashNumbers } from "./random.ts";

/** The kinds of images a region holds. */
export type ImageKind = "bitnami" | "stemcell" | "marketplace" | "canonical" | "amazon" | "distribution" | "community";

/** A kind and the images it has room for. */
export interface RegionStretch {
  readonly kind: ImageKind;
  readonly slots: number;
}

/** Which share of a region each kind has, as measured over public sources for the largest regions. */
const SHARES: readonly { readonly kind: ImageKind; readonly share: number }[] = [
  { kind: "bitnami", share: 0.13 },
  { kind: "stemcell", share: 0.09 },
  { kind: "marketplace", share: 0.09 },
  { kind: "canonical", share: 0.09 },
  { kind: "amazon", share: 0.08 },
  { kind: "distribution", share: 0.04 },
  { kind: "community", share: 0.48 },
];

/** Where the images of a region stand: mixed, as EC2 lists them in no order that means anything. */
export interface RegionLayout {
  readonly segments: readonly RegionStretch[];
  /** The kind at a position from 0 to `count` - 1, and which of its kind. */
  placeOf(position: number): { readonly kind: ImageKind; readonly slot: number };
}

export function createRegionLayout(count: number, seed: number): RegionLayout {
  let [share, end] = [0, 0];
  const ends = SHARES.map(({ kind, share: own }) => {
    const start = end;
    share += own;
    end = Math.round(share * count);
    return { kind, start, slots: end - start };
  });
  const shuffle = createShuffle(count, seed);
  return { segments: ends.map(({ kind, slots }) => ({ kind, slots })), placeOf };

  function placeOf(position: number): { kind: ImageKind; slot: number } {
    const shuffled = shuffle(position);
    for (const { kind, start, slots } of ends) if (shuffled < start + slots) return { kind, slot: shuffled - start };
    throw new RangeError(`no position ${position} among ${count}`);
  }
}

/** A bijection of 0 to `count` - 1 that takes neighbours far apart. Exact as long as `count` squared is. */
function createShuffle(count: number, seed: number): (position: number) => number {
  const GOLDEN = 0.618_033_988_75;
  let step = Math.max(1, Math.floor(count * GOLDEN));
  while (greatestCommonDivisor(step, count) > 1) step++;
  const offset = count === 0 ? 0 : hashNumbers(seed) % count;
  return (position) => (position * step + offset) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
