import type { Misbehaviour } from "./faults.ts";
import { invalidToken } from "./ec2-errors.ts";
import { type DescribeImagesRequest, readImagesRequest, tokenFor } from "./images-request.ts";
import type { AllowedImagesSetting, Viewer } from "./list-images.ts";
import type { PageCache, RenderedPage } from "./page-cache.ts";
import { elementWriter } from "./xml-element.ts";

/*
 * The bodies of answers, piece by piece. Each call has its answer's element names and order from the service's model.
 */

const NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
/** How many images an answer without paging renders at a time. */
const UNPAGED_STEP = 1000;
/** More positions than any catalogue has. */
const PAST_ANY_END = 1e9;

const nextToken = elementWriter("nextToken", 4);
const state = elementWriter("state", 4);
const managedBy = elementWriter("managedBy", 4);
const imageProvider = elementWriter("item", 20);
const regionName = elementWriter("regionName", 12);
const regionEndpoint = elementWriter("regionEndpoint", 12);
const optInStatus = elementWriter("optInStatus", 12);

/** An answer's body, and what may be done once it is sent. */
export interface EndpointAnswer {
  readonly pieces: Iterable<string | Buffer>;
  readonly afterwards?: () => void;
}

export interface ImagesAnswering {
  readonly pages: PageCache;
  readonly requestId: string;
  readonly fault: Misbehaviour | undefined;
  /** A page has no more, whatever was asked for. */
  readonly mostResults: number;
}

/** DescribeImages. Throws Ec2Refusal before the first piece. `fault` spoils the listing, not the XML. */
export function describeImages(
  viewer: Viewer,
  params: URLSearchParams,
  { pages, requestId, fault, mostResults }: ImagesAnswering,
): EndpointAnswer {
  const request = readImagesRequest(params);
  if (fault?.kind === "expired-token" && params.has("NextToken")) throw invalidToken();
  const maxResults = request.maxResults && Math.min(request.maxResults, mostResults);
  const first = pages.page(viewer, request, maxResults ?? UNPAGED_STEP);
  if (maxResults === undefined)
    return { pieces: wrapImages(requestId, allPages(viewer, request, pages, first), undefined) };
  const again =
    fault?.kind === "repeat-images" ? pages.page(viewer, { ...request, position: 0 }, maxResults) : undefined;
  const page = again ? joinPages(first, again) : spoil(first, request, fault);
  const token = page.next === undefined ? undefined : tokenFor(request.listing, page.next);
  return {
    pieces: wrapImages(requestId, [page], token),
    afterwards() {
      if (page.next !== undefined) pages.prepare(viewer, { ...request, position: page.next }, maxResults);
    },
  };
}

function* allPages(
  viewer: Viewer,
  request: DescribeImagesRequest,
  pages: PageCache,
  first: RenderedPage,
): Generator<RenderedPage> {
  yield first;
  for (let { next } = first; next !== undefined;) {
    const page = pages.page(viewer, { ...request, position: next }, UNPAGED_STEP);
    yield page;
    next = page.next;
  }
}

function spoil(page: RenderedPage, { position }: DescribeImagesRequest, fault: Misbehaviour | undefined): RenderedPage {
  const nothing = { items: Buffer.alloc(0), count: 0 };
  switch (fault?.kind) {
    case "repeat-page":
      return { ...page, next: position };
    case "endless":
      return { ...page, next: page.next ?? position + PAST_ANY_END };
    case "empty-listing":
      return { ...nothing, next: undefined };
    case "short-listing":
      return { ...page, next: undefined };
    case "empty-page":
      return { ...nothing, next: position };
    default:
      return page;
  }
}

function joinPages(page: RenderedPage, { items, count }: RenderedPage): RenderedPage {
  return { ...page, items: Buffer.concat([page.items, items]), count: page.count + count };
}

function* wrapImages(
  requestId: string,
  pages: Iterable<RenderedPage>,
  token: string | undefined,
): Generator<string | Buffer> {
  yield opening("DescribeImagesResponse", requestId);
  let count = 0;
  for (const page of pages) {
    if (page.count > 0 && count === 0) yield "    <imagesSet>\n";
    if (page.count > 0) yield page.items;
    count += page.count;
  }
  yield `${count === 0 ? "    <imagesSet/>\n" : "    </imagesSet>\n"}${nextToken(token)}</DescribeImagesResponse>`;
}

/** GetAllowedImagesSettings. */
export function allowedImagesSettings({ state: is, providers }: AllowedImagesSetting, requestId: string): string[] {
  const items = providers.map((provider) => imageProvider(provider)).join("");
  const criteria =
    items === ""
      ? "    <imageCriterionSet/>\n"
      : `    <imageCriterionSet>\n        <item>\n            <imageProviderSet>\n${items}            </imageProviderSet>\n` +
        "        </item>\n    </imageCriterionSet>\n";
  return [
    opening("GetAllowedImagesSettingsResponse", requestId),
    `${state(is)}${criteria}${managedBy("account")}</GetAllowedImagesSettingsResponse>`,
  ];
}

/** DescribeRegions: those this endpoint serves, all under its own address. */
export function describeRegions(regions: readonly string[], endpoint: string, requestId: string): string[] {
  const items = regions.map((region) => {
    const fields = regionName(region) + regionEndpoint(endpoint) + optInStatus("opt-in-not-required");
    return `        <item>\n${fields}        </item>\n`;
  });
  return [
    opening("DescribeRegionsResponse", requestId),
    `    <regionInfo>\n${items.join("")}    </regionInfo>\n</DescribeRegionsResponse>`,
  ];
}

function opening(name: string, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">\n    <requestId>${requestId}</requestId>\n`;
}
