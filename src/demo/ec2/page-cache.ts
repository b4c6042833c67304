import type { DemoCatalogue } from "../generate/catalogue.ts";
import { renderImage } from "./render-image.ts";
import type { DescribeImagesRequest } from "./images-request.ts";
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
  page(viewer: Viewer, request: DescribeImagesRequest, maxResults: number): RenderedPage;
  /** Renders a page before it is asked for; the newest such page waits even when the cache is full. */
  prepare(viewer: Viewer, request: DescribeImagesRequest, maxResults: number): void;
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
  let prepared: { readonly key: string; readonly page: RenderedPage } | undefined;
  return {
    page,
    prepare,
    get hits() {
      return hits;
    },
  };

  function page(viewer: Viewer, request: DescribeImagesRequest, maxResults: number): RenderedPage {
    forgetIfChanged(viewer.catalogue);
    const key = keyOf(viewer, request, maxResults);
    const cached = pages.get(key);
    if (cached) {
      hits++;
      return cached;
    }
    const rendered = prepared?.key === key ? prepared.page : renderPage(viewer, request, maxResults);
    if (bytes + rendered.items.length <= maxBytes) {
      bytes += rendered.items.length;
      pages.set(key, rendered);
    }
    return rendered;
  }

  function prepare(viewer: Viewer, request: DescribeImagesRequest, maxResults: number): void {
    forgetIfChanged(viewer.catalogue);
    const key = keyOf(viewer, request, maxResults);
    if (!pages.has(key)) prepared = { key, page: renderPage(viewer, request, maxResults) };
  }

  /** A change in any region drops all: changes come between listings, not among their pages. */
  function forgetIfChanged({ region, revision }: DemoCatalogue): void {
    if ((revisions.get(region) ?? revision) !== revision) {
      pages.clear();
      prepared = undefined;
      bytes = 0;
    }
    revisions.set(region, revision);
  }
}

function keyOf(
  { catalogue, account, allowedImages }: Viewer,
  request: DescribeImagesRequest,
  maxResults: number,
): string {
  const allowed = [allowedImages.state, ...allowedImages.providers];
  return [catalogue.region, account, request.listing, maxResults, request.position, ...allowed].join(" ");
}

function renderPage(viewer: Viewer, request: DescribeImagesRequest, maxResults: number): RenderedPage {
  const { images, next } = listImages(viewer, request, maxResults);
  return { items: Buffer.from(images.map(renderImage).join("")), count: images.length, next };
}
