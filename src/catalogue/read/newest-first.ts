import { compareNewestFirst } from "../../version-order.ts";

/** What tells which of two builds is the newer one. */
interface DatedBuild {
  readonly imageId: string;
  readonly name: string;
  /** ISO 8601; null where the cloud does not say. */
  readonly createdAt: string | null;
}

/**
 * Orders the builds of one family, the newest first: by creation time, then by the version in the name. Where the cloud gives no
 * creation time for one of them, the version decides alone.
 */
export function newestFirst<B extends DatedBuild>(builds: readonly B[]): B[] {
  const isDated = builds.every(({ createdAt }) => createdAt !== null);
  return builds.toSorted(
    (a, b) =>
      (isDated ? compareTexts(b.createdAt ?? "", a.createdAt ?? "") : 0) ||
      compareNewestFirst(a.name, b.name) ||
      compareTexts(a.imageId, b.imageId),
  );
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
