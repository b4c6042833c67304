import type { ImageState } from "../image.ts";
import { compareNewestFirst } from "../version-order.ts";

/** What of an image tells whether it is the newest of its family or line. Times are ISO 8601. */
export interface FamilyBuild {
  readonly imageId: string;
  readonly name: string;
  /** Equal for the builds of a family; null for an image that is no build of anything. */
  readonly familyId: number | null;
  /** Null where the family is the line. */
  readonly line: string | null;
  readonly state: ImageState;
  /** When it was made; null where any build of its family has no time. */
  readonly orderedAt: string | null;
}

/**
 * Of each family, or each line, the newest build that can be launched among these images: `latest=true` and `latest=line`. They
 * are those that pass all other filters of a query: where the newest of all does not, one before it is the newest.
 */
export function newestOfFamilies<T extends FamilyBuild>(passing: Iterable<T>, by: "family" | "line"): T[] {
  const groups = new Map<string | number, T[]>();
  for (const build of passing) {
    if (build.familyId === null || build.state !== "available") continue;
    const key = by === "line" ? (build.line ?? build.familyId) : build.familyId;
    const group = groups.get(key);
    if (group) group.push(build);
    else groups.set(key, [build]);
  }
  return [...groups.values()].flatMap((builds) => newestOf(builds) ?? []);
}

/** Builds of which one has no time are ordered by version alone, others by time, then by version. */
function newestOf<T extends FamilyBuild>(builds: readonly T[]): T | undefined {
  const isDated = builds.every(({ orderedAt }) => orderedAt !== null);
  let newest: T | undefined;
  for (const build of builds) if (!newest || compareBuilds(build, newest, isDated) < 0) newest = build;
  return newest;
}

function compareBuilds(a: FamilyBuild, b: FamilyBuild, isDated: boolean): number {
  const [time, other] = isDated ? [a.orderedAt ?? "", b.orderedAt ?? ""] : ["", ""];
  if (time !== other) return time > other ? -1 : 1;
  return compareNewestFirst(a.name, b.name) || (a.imageId < b.imageId ? -1 : 1);
}
