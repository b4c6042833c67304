import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { atPage, readPages } from "../transport/paging/read-pages.ts";
import { linodeImage } from "./image.ts";

export interface LinodeListing {
  readonly client: JsonClient;
  /** Without `/v4`. */
  readonly apiurl: string;
  /** Whose images are asked for; without one those that everybody sees. */
  readonly token: string | undefined;
}

/** Documented are 500; for long this list gave no more than 100 and refused to be asked for them. */
const PAGE_SIZE = "100";

const imagesAnswer = z.object({
  data: z.array(z.unknown()),
  page: z.number(),
  pages: z.number(),
  results: z.number(),
});

/** With a token the API shows public images too, unless the filter leaves them out. Without one it shows no others. */
function headersFor(token: string | undefined): { readonly [name: string]: string } {
  return token === undefined
    ? {}
    : { authorization: `Bearer ${token}`, "x-filter": JSON.stringify({ is_public: false }) };
}

export async function* listLinodeImages({ client, apiurl, token }: LinodeListing): AsyncGenerator<ImagePage> {
  const pages = readPages({
    client,
    first: new URL(`${apiurl}/v4/images?page_size=${PAGE_SIZE}`),
    headers: headersFor(token),
    schema: imagesAnswer,
    read: ({ data, page, pages: last, results }, { url }) => ({
      items: data,
      number: page,
      total: results,
      next: page < last ? atPage(url, page + 1) : null,
    }),
  });
  const schema = linodeImage(token === undefined ? "public" : "own");
  for await (const items of pages) {
    const { images, rejected } = readItems(schema, items);
    const wanted = images.filter(({ visibility }) => (visibility === "public") === (token === undefined));
    yield { images: wanted, rejected, calls: client.takeCalls() };
  }
}
