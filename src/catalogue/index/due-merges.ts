/** How many images of a segment live. */
export interface Sized {
  readonly live: number;
}

/** So many segments of about the same size become one: an image is written as often as there are sizes, not as there are commits. */
const FAN = 4;

const EMPTY = -1;

/** Segments of a tier have less than four times as many images as each other; one without any is of none. */
function tierOf(images: number): number {
  return images === 0 ? EMPTY : Math.floor(Math.log2(images) / Math.log2(FAN));
}

/**
 * Which segments become one, together with `come` images that are in none yet. `segments`: smallest first. Those without images
 * go along. None of more than `most` images comes into being.
 */
export function dueTogether<T extends Sized>(segments: readonly T[], come: number, most: number): readonly T[] {
  const tiers = segments.map(({ live }) => tierOf(live));
  let [due, joined] = [0, come];
  for (let at = 0, all = come; at < segments.length; at++) {
    const tier = tiers[at]!;
    all += segments[at]!.live;
    // Full ones stay as they are, and those that fit beside each other become one of them.
    if (all > most) return segments.slice(0, at - tiers.indexOf(tier) > 1 ? at : due);
    if (tier === tiers[at + 1]) continue;
    const alike = at + 1 - tiers.indexOf(tier) + (joined > 0 && tierOf(joined) >= tier ? 1 : 0);
    if (alike >= FAN || tier === EMPTY) [due, joined] = [at + 1, all];
  }
  return segments.slice(0, due);
}
