/** More than so many are counted, not named. */
const MOST_NAMED = 5;

/** `a; b; c`, and how many more there are. */
export function nameSome(texts: readonly string[]): string {
  const more = texts.length - MOST_NAMED;
  return [...texts.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
