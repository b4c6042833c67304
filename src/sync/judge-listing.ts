/** How much smaller than the catalogue a listing may be and still be believed. */
export interface ShrinkLimits {
  /** The greatest share of images that may be missing: 0.2 is a fifth. */
  readonly maxShrink: number;
  /** Believe this listing whatever its size. */
  readonly acceptShrink: boolean;
}

export type Verdict = { readonly outcome: "commit" } | { readonly outcome: "refuse"; readonly reason: string };

/**
 * Decides whether a complete listing may become the catalogue. An empty or sharply shrunken one is more
 * likely a fault (a lost permission, a filter, a broken region) than the truth. A single image that
 * vanished is no sharp shrinking, however few there are. Up to `left` of those before were not asked for again: that they
 * are missing is no fault.
 */
export function judgeListing(before: number, listed: number, limits: ShrinkLimits, left = 0): Verdict {
  const lost = before - left - listed;
  const isEmptied = before > 0 && listed === 0;
  const isSharp = lost > 1 && lost / before > limits.maxShrink;
  if (limits.acceptShrink || !(isEmptied || isSharp)) return { outcome: "commit" };
  const percent = Math.round((lost / before) * 100);
  return {
    outcome: "refuse",
    reason:
      `the listing has ${listed} images where the catalogue has ${before} (${percent} % fewer; ` +
      `at most ${limits.maxShrink * 100} % is believed); sync once with --accept-shrink if that is right`,
  };
}
