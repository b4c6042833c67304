import { ProviderError } from "../errors.ts";
import type { ImagePage, ImageProvider, SourceDescription } from "../providers/provider.ts";

/**
 * Pages in a row that bring no image that was not listed before. Empty pages are normal at EC2, whose largest region has 250
 * pages, and after an expired token all that came before come again, three times at most.
 */
export const FRUITLESS_PAGES = 2_000;

/** Images of one listing: ten times those of EC2's largest region. */
export const MOST_IMAGES = 2_000_000;

/** Ends listings that would not end by themselves. */
export interface ListingBrake {
  /** After each page, with how many images were listed so far. Throws ProviderError. */
  check(page: Pick<ImagePage, "part" | "failedParts">, listed: number): void;
}

export function createListingBrake(provider: Pick<ImageProvider, "name">, source: SourceDescription): ListingBrake {
  let fruitless = 0;
  let before = 0;
  let part: string | undefined;
  const endless = (what: string): ProviderError => {
    const about = { provider: provider.name, scope: source.key.replace(`${provider.name} `, "") };
    // The pages told of their calls.
    return new ProviderError(what, { ...about, reason: "invalid-answer" }, { calls: 0 });
  };
  return {
    check(page, listed) {
      // Parts may be many and without images, but there is an end of them.
      const isFruitful = listed > before || page.part !== part || (page.failedParts?.length ?? 0) > 0;
      fruitless = isFruitful ? 0 : fruitless + 1;
      before = listed;
      ({ part } = page);
      if (fruitless >= FRUITLESS_PAGES)
        throw endless(`${FRUITLESS_PAGES} pages in a row brought no new image; the listing seems endless`);
      if (listed > MOST_IMAGES) throw endless(`more than ${MOST_IMAGES} images; the listing seems endless`);
    },
  };
}
