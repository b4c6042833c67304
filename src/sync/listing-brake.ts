import { ProviderError } from "../errors.ts";
import type { ImagePage, ImageProvider, SourceDescription } from "../providers/provider.ts";

/**
 * The most pages in a row without a new image. EC2 sends empty pages normally; its largest region has 250 pages, and after an
 * expired token all earlier pages come again, three times at most.
 */
export const FRUITLESS_PAGES = 2_000;

/** The most images of one listing: ten times those of EC2's largest region. */
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
    // The pages have counted their calls.
    return new ProviderError(what, { ...about, reason: "invalid-answer" }, { calls: 0 });
  };
  return {
    check(page, listed) {
      // There may be many parts without images, but their number is limited.
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
