import type { DemoCatalogue } from "./catalogue.ts";
import { createRandom, hashNumbers } from "./random.ts";

export interface Churn {
  readonly removed: number;
  readonly changed: number;
  readonly added: number;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * A day in a region's life: of `share` of its images (0 to 1) about a third each vanish, get another
 * description and deprecation date, and have a copy under a new id, made `at` that time (ISO 8601; by default the
 * catalogue's own). Same seed, same changes.
 */
export function churnCatalogue(
  catalogue: DemoCatalogue,
  { share, seed, at = catalogue.now }: { share: number; seed: number; at?: string | undefined },
): Churn {
  const random = createRandom(seed);
  const churn = { removed: 0, changed: 0, added: 0 };
  const [size, today] = [catalogue.size, Date.parse(catalogue.now)];
  for (let i = 0; i < Math.round(size * share); i++) {
    const image = catalogue.entryAt(random.below(size))?.image;
    if (!image?.Public) continue;
    const fate = i % 3;
    if (fate === 0) {
      catalogue.remove(image.ImageId);
      churn.removed++;
    } else if (fate === 1) {
      const DeprecationTime = new Date(today + random.below(700) * DAY).toISOString();
      catalogue.replace({ ...image, Description: `Replaced by a newer build, ${seed}`, DeprecationTime });
      churn.changed++;
    } else {
      const ImageId = `ami-1${random.hex(8)}${hashNumbers(seed, i).toString(16).padStart(8, "0")}`;
      catalogue.add({ ...image, ImageId, CreationDate: at, DeprecationTime: undefined });
      churn.added++;
    }
  }
  return churn;
}
