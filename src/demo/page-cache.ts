import type { Catalogue } from "./catalogue.ts";
import { renderImage } from "./render-image.ts";
import type { ImagesRequest } from "./images-request.ts";
import { listImages, type Viewer } from "./list-images.ts";

/** A page as it goes into an answer. */
export interface RenderedPage {
  /** The `<item>`s of `imagesSet`. */
  readonly items: Buffer;
  readonly count: number;
  readonly next: number | undefined;
}

export interface PageCache {
  /** The page of a request, rendered now or before. */
  page(viewer: Viewer, request: ImagesRequest, maxResults: number): RenderedPage;
  readonly hits: number;
}

/**
 * Keeps rendered pages up to `maxBytes`, so that a listing that is read again costs next to nothing. When full it
 * keeps what it has: listings are read from front to back, and dropping the oldest page would drop the next one needed.
 */
export function createPageCache(maxBytes: number): PageCache {
  const pages = new Map<string, RenderedPage>();
  const revisions = new Map<string, number>();
  let bytes = 0;
  let hits = 0;
  return {
    page,
    get hits() {
      return hits;
    },
  };

  function page(viewer: Viewer, request: ImagesRequest, maxResults: number): RenderedPage {
    const { catalogue, account, allowedImages } = viewer;
    forgetIfChanged(catalogue);
    const allowed = [allowedImages.state, ...allowedImages.providers];
    const key = [catalogue.region, account, request.listing, maxResults, request.position, ...allowed].join(" ");
    const cached = pages.get(key);
    if (cached) {
      hits++;
      return cached;
    }
    const rendered = renderPage(viewer, request, maxResults);
    if (bytes + rendered.items.length <= maxBytes) {
      bytes += rendered.items.length;
      pages.set(key, rendered);
    }
    return rendered;
  }

  /** A change in any region drops all: changes come between listings, not among their pages. */
  function forgetIfChanged({ region, revision }: Catalogue): void {
    if ((revisions.get(region) ?? revision) !== revision) {
      pages.clear();
      bytes = 0;
    }
    revisions.set(region, revision);
  }
}

function renderPage(viewer: Viewer, request: ImagesRequest, maxResults: number): RenderedPage {
  const { images, next } = listImages(viewer, request, maxResults);
  return { items: Buffer.from(images.map(renderImage).join("")), count: images.length, next };
}
