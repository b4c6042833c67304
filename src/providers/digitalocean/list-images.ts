import { z } from "zod";
import type { ImagePage, SourceDescription } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { resolveNext } from "../transport/paging/page-trail.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { readPages } from "../transport/paging/read-pages.ts";
import { digitaloceanImage } from "./image.ts";

export interface DigitaloceanListing {
  readonly client: JsonClient;
  /** Without `/v2`. */
  readonly apiurl: string;
  readonly token: string;
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "200";

const imagesAnswer = z.object({
  images: z.array(z.unknown()),
  links: z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional(),
  meta: z.object({ total: z.number().optional() }).optional(),
});

/**
 * Those of all images that the account may use which are of `scope`. The filters of the API (`type`, `private`) leave gaps:
 * by what they say an image can be neither the user's nor a distribution nor an application.
 */
export async function* listDigitaloceanImages(
  { client, apiurl, token }: DigitaloceanListing,
  scope: SourceDescription["scope"],
): AsyncGenerator<ImagePage> {
  const pages = readPages({
    client,
    first: new URL(`${apiurl}/v2/images?per_page=${PAGE_SIZE}`),
    headers: { authorization: `Bearer ${token}` },
    schema: imagesAnswer,
    read: ({ images, links, meta }, { url }) => {
      const next = links?.pages?.next;
      return { items: images, total: meta?.total ?? null, next: next ? resolveNext(next, url, client) : null };
    },
  });
  const schema = digitaloceanImage(scope);
  for await (const items of pages) {
    const { images, rejected } = readItems(schema, items);
    const wanted = images.filter(
      ({ visibility, extra }) => (visibility === "public") === (scope === "public") && extra["status"] !== "deleted",
    );
    yield { images: wanted, rejected, calls: client.takeCalls() };
  }
}
