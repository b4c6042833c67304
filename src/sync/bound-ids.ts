import { MOST_ID } from "../catalogue/facts/bound-image.ts";
import type { ImagePage } from "../providers/provider.ts";

/** The page without images whose ids are too long to store. An id cannot be cut, so these count as unreadable. */
export function boundIds(page: ImagePage): ImagePage {
  const tooLong = page.images.filter(({ id }) => id.length > MOST_ID);
  if (tooLong.length === 0) return page;
  const reason = `the id is longer than ${MOST_ID} characters`;
  return {
    ...page,
    images: page.images.filter(({ id }) => id.length <= MOST_ID),
    rejected: [...page.rejected, ...tooLong.map((item) => ({ id: item.id, reason, item }))],
  };
}
