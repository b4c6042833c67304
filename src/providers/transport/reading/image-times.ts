/** A point in time as ISO 8601 in UTC; null when `value` is none. A date alone means its first moment. */
export function isoTime(value: unknown): string | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** Like `isoTime`, for APIs whose times are in UTC without saying so: `2021-08-14T22:44:02`. */
export function utcTime(value: unknown): string | null {
  const isBare = typeof value === "string" && !/(Z|[+-]\d\d:?\d\d)$/i.test(value);
  return isoTime(isBare ? `${value}Z` : value);
}

/** Like `isoTime`, but null for the year 1 and for 1970, which programs in Go use for "no time". */
export function goTime(value: unknown): string | null {
  const time = isoTime(value);
  return time !== null && Date.parse(time) > 0 ? time : null;
}

/**
 * When an image counts as deprecated whose cloud says that it is, but not since when: from its beginning, or for ever
 * when that is not known either. What matters is that it is now.
 */
export function deprecatedSinceEver(createdAt: string | null): string {
  return createdAt ?? new Date(0).toISOString();
}
