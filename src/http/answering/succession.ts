import type { Catalogue } from "../../catalogue/file/open-catalogue.ts";
import { type Build, readBuilds } from "../../catalogue/read/builds.ts";
import type { KnownImage } from "../../catalogue/read/known-images.ts";
import { isLaunchable } from "../../catalogue/read/launchable.ts";
import { newestFirst } from "../../catalogue/read/newest-first.ts";

/** The place of an image among the builds of its family. */
export interface Successor {
  /** How many launchable builds are newer. */
  readonly buildsBehind: number;
  /** The newest build that is launchable and not deprecated, maybe the image itself; undefined when there is none. */
  readonly newest: Build | undefined;
}

/** Families to keep while many images are judged; most share a few. */
const KEPT = 50;

/** Finds the builds that came after an image in the source that has it. `now` (ISO 8601) tells what is deprecated. */
export function createSuccession(catalogue: Catalogue, now: string): (image: KnownImage) => Successor {
  const kept = new Map<string, readonly Build[]>();
  const buildsOf = ({ sourceId, familyId }: KnownImage): readonly Build[] => {
    const key = `${sourceId} ${familyId}`;
    const known = kept.get(key);
    if (known) return known;
    const builds = readBuilds(catalogue, sourceId, familyId).filter(({ state }) => isLaunchable(state));
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, builds);
    return builds;
  };
  return (image) => {
    // An image without a family has no other builds.
    const others = (image.family === null ? [] : buildsOf(image)).filter(({ imageId }) => imageId !== image.imageId);
    const isThere = image.retiredAt === null && isLaunchable(image.state);
    const ordered = newestFirst<Build>([...others, image]);
    const available = isThere ? ordered : ordered.filter((build) => build !== image);
    return {
      buildsBehind: ordered.indexOf(image),
      newest: available.find(({ deprecatedAt }) => deprecatedAt === null || deprecatedAt > now),
    };
  };
}
