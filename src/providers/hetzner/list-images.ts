import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { atPage, readPages } from "../transport/paging/read-pages.ts";
import type { SourceListing } from "../transport/paging/two-sources.ts";
import { hetznerImage, PUBLIC_TYPES } from "./image.ts";

export interface HetznerListing extends SourceListing {
  /** Without `/v1`. */
  readonly apiurl: string;
  readonly token: string;
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "50";

const imagesAnswer = z.object({
  images: z.array(z.unknown()),
  meta: z.object({
    pagination: z.object({
      page: z.number(),
      next_page: z.number().nullish(),
      total_entries: z.number().nullish(),
    }),
  }),
});

/**
 * The images of one source: public ones are asked for by their types, the project's own are what is of another type. A
 * probe has the newest first, and ends with the page on which an image is older.
 */
export async function* listHetznerImages({
  client,
  scope,
  since,
  apiurl,
  token,
}: HetznerListing): AsyncGenerator<ImagePage> {
  const first = new URL(`${apiurl}/v1/images`);
  first.search = new URLSearchParams({
    per_page: PAGE_SIZE,
    include_deprecated: "true",
    sort: since ? "created:desc" : "id:asc",
  }).toString();
  if (scope === "public") for (const type of PUBLIC_TYPES) first.searchParams.append("type", type);
  const pages = readPages({
    client,
    first,
    headers: { authorization: `Bearer ${token}` },
    schema: imagesAnswer,
    read: ({ images, meta: { pagination } }, { url }) => ({
      items: images,
      number: pagination.page,
      total: pagination.total_entries ?? null,
      next: pagination.next_page ? atPage(url, pagination.next_page) : null,
    }),
  });
  const schema = hetznerImage(scope);
  for await (const items of pages) {
    const { images, rejected } = readItems(schema, items);
    const wanted = images.filter(
      ({ visibility, extra }) =>
        (visibility === "public") === (scope === "public") && isoTime(extra["deleted"]) === null,
    );
    yield { images: wanted, rejected, calls: client.takeCalls() };
    if (since && images.some(({ createdAt }) => createdAt !== null && createdAt < since.toISOString())) return;
  }
}
