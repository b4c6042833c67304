import { buildSegment } from "../../../src/catalogue/index/build-segment.ts";
import type { IndexedImage } from "../../../src/catalogue/index/indexed-image.ts";
import { PAGE_BYTES, PageCache } from "../../../src/catalogue/index/paged-array.ts";
import { openSegment, partsOf, type Segment } from "../../../src/catalogue/index/segment.ts";

/** Builds a segment and opens it as if its pages were stored. */
export function segmentOf(images: readonly IndexedImage[], cacheBytes = 1e6): Segment {
  const parts = partsOf(buildSegment(images, images.length)).map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const readPart = (part: number) => (page: number) =>
    (parts[part] ?? new Uint8Array()).slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  return openSegment(
    images.length,
    parts.map((part) => part.length),
    readPart,
    new PageCache(cacheBytes),
  );
}
