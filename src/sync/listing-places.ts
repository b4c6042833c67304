/*
 * The listings under way. One thread reads them all, so only a few are read at once, and each provider has its share. A listing
 * that waits for its cloud needs only memory, so it does not count as read.
 */

/** A listing under way. Times are of a monotonic clock, in milliseconds. */
export interface ListingPlace {
  readonly provider: string;
  /** When it last had work: at its start, with new images, at its commit. */
  workedAt: number;
  /** When its cloud last answered anything. */
  heardAt: number;
  /** Whether any image came. */
  hasImages: boolean;
}

/** How many listings there may be, and how long they may be idle. */
export interface ListingBounds {
  /** Listings read at once; each provider may have one more. */
  readonly read: number;
  readonly readOfProvider: number;
  /** All listings under way, including those that wait for their cloud. Each has a connection to the catalogue. */
  readonly underWay: number;
  readonly underWayOfProvider: number;
  /** How long a listing without any image counts as read, in ms. */
  readonly firstImageMs: number;
  /** How long a listing counts as read after its last new image, in ms. */
  readonly nextImageMs: number;
  /** A listing whose cloud has not answered for this long is ended: longer than an HTTP client's five tries or any Retry-After. */
  readonly silentMs: number;
  /** The same while others wait for its place: longer than the throttling that a listing has to survive. */
  readonly silentInTheWayMs: number;
  /** A listing without a new image for this long is ended while others wait for its place. */
  readonly idleInTheWayMs: number;
}

export const LISTING_BOUNDS: ListingBounds = {
  read: 6,
  readOfProvider: 3,
  underWay: 64,
  underWayOfProvider: 56,
  firstImageMs: 1_000,
  nextImageMs: 3_000,
  silentMs: 6 * 60_000,
  silentInTheWayMs: 90_000,
  idleInTheWayMs: 10 * 60_000,
};

/** A place, taken now. */
export function takePlace(provider: string, now: number): ListingPlace {
  return { provider, workedAt: now, heardAt: now, hasImages: false };
}

/**
 * The waiting listing to start, or undefined while none may start: that of the provider with the fewest under way; of several
 * the first.
 */
export function nextListing<T extends { readonly provider: string }>(
  waiting: readonly T[],
  underWay: readonly ListingPlace[],
  now: number,
  bounds: ListingBounds = LISTING_BOUNDS,
): T | undefined {
  if (underWay.length >= bounds.underWay) return undefined;
  const read = underWay.filter((place) => isRead(place, now, bounds));
  const all = countByProvider(underWay);
  const readBy = countByProvider(read);
  let next: T | undefined;
  for (const one of waiting) {
    const its = readBy.get(one.provider) ?? 0;
    const isReadable = its === 0 || (its < bounds.readOfProvider && read.length < bounds.read);
    if (!isReadable || (all.get(one.provider) ?? 0) >= bounds.underWayOfProvider) continue;
    if (!next || (all.get(one.provider) ?? 0) < (all.get(next.provider) ?? 0)) next = one;
  }
  return next;
}

/** Why a listing is to be ended, for people; undefined while it may go on. `isInTheWay`: others wait for its place. */
export function reasonToEnd(
  { heardAt, workedAt }: ListingPlace,
  isInTheWay: boolean,
  now: number,
  bounds: ListingBounds = LISTING_BOUNDS,
): string | undefined {
  const patience = isInTheWay ? bounds.silentInTheWayMs : bounds.silentMs;
  if (now - heardAt > patience) return `no answer from the cloud for ${minutesOf(patience)}`;
  if (isInTheWay && now - workedAt > bounds.idleInTheWayMs)
    return `no new image for ${minutesOf(bounds.idleInTheWayMs)}, while other listings waited`;
  return undefined;
}

/** Whether a waiting listing could start if one of this provider ended. */
export function isInTheWay(
  { provider }: ListingPlace,
  waiting: readonly { readonly provider: string }[],
  underWay: readonly ListingPlace[],
  bounds: ListingBounds = LISTING_BOUNDS,
): boolean {
  if (underWay.length >= bounds.underWay) return waiting.length > 0;
  const isFull = (countByProvider(underWay).get(provider) ?? 0) >= bounds.underWayOfProvider;
  return isFull && waiting.some((one) => one.provider === provider);
}

/** `90000` as `1.5 minutes`. */
export function minutesOf(ms: number): string {
  return `${Number((ms / 60_000).toPrecision(2))} minutes`;
}

function isRead({ hasImages, workedAt }: ListingPlace, now: number, bounds: ListingBounds): boolean {
  return now - workedAt < (hasImages ? bounds.nextImageMs : bounds.firstImageMs);
}

function countByProvider(places: readonly ListingPlace[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { provider } of places) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  return counts;
}
