import { MOST_ID } from "../catalogue/facts/bound-image.ts";
import type { ImagePage } from "../providers/provider.ts";

/** The page without the images whose ids are too long to be kept: an id can't be cut, so these count as unreadable. */
export function dropLongIds<Page extends Pick<ImagePage, "images" | "rejected">>(page: Page): Page {
  const tooLong = page.images.filter(({ id }) => id.length > MOST_ID);
  if (tooLong.length === 0) return page;
  const reason = `the id is longer than ${MOST_ID} characters`;
  return {
    ...page,
    images: page.images.filter(({ id }) => id.length <= MOST_ID),
    rejected: [...page.rejected, ...tooLong.map((item) => ({ id: item.id, reason, item }))],
  };
}
