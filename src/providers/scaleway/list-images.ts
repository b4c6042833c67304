import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { readItems } from "../transport/read-items.ts";
import { readPages } from "../transport/read-pages.ts";
import { SCALEWAY_ORGANIZATION, scalewayImage } from "./image.ts";
import { readMarketplace } from "./marketplace.ts";
import { pageByTotal } from "./page-by-total.ts";

export interface ScalewayListing {
  readonly client: JsonClient;
  /** Without `/instance/v1` and `/marketplace/v2`. */
  readonly apiurl: string;
  readonly zone: string;
  readonly headers: { readonly [name: string]: string };
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "100";

const imagesAnswer = z.object({ images: z.array(z.unknown()) });

/**
 * What everybody sees in the zone: the images that Scaleway makes, with what its Marketplace says of them; and those that
 * stand only there, of which the Instance API lists not all.
 */
export async function* listPublicImages(listing: ScalewayListing): AsyncGenerator<ImagePage> {
  const { client } = listing;
  const { offers, rejected: unread } = await readMarketplace(listing);
  yield { images: [], rejected: unread, calls: client.takeCalls() };
  const schema = scalewayImage(offers);
  const missing = new Map(
    [...offers].map(([id, { name, arch, zone }]) => [id, { id, name, arch, zone, public: true }]),
  );
  for await (const items of readInstanceImages(listing)) {
    const { images, rejected } = readItems(schema, items);
    const wanted = images.filter((image) => isOfficial(image) || offers.has(image.id));
    for (const { id } of wanted) missing.delete(id);
    yield { images: wanted, rejected, calls: client.takeCalls() };
  }
  yield { ...readItems(schema, [...missing.values()]), calls: client.takeCalls() };
}

/** All that is not Scaleway's: private images, and those that their owners made public. */
export async function* listOwnImages(listing: ScalewayListing): AsyncGenerator<ImagePage> {
  const schema = scalewayImage(new Map());
  for await (const items of readInstanceImages(listing)) {
    const { images, rejected } = readItems(schema, items);
    yield { images: images.filter((image) => !isOfficial(image)), rejected, calls: listing.client.takeCalls() };
  }
}

/**
 * The images of the zone, of whomever. Which public ones are listed depends on who asks: an account's own are, others'
 * need not be. So `public` alone does not make an image everybody's.
 */
function readInstanceImages({ client, apiurl, zone, headers }: ScalewayListing): AsyncGenerator<readonly unknown[]> {
  return readPages({
    client,
    first: new URL(`${apiurl}/instance/v1/zones/${zone}/images?per_page=${PAGE_SIZE}`),
    headers,
    schema: imagesAnswer,
    read: ({ images }, { url, answer, listed }) =>
      pageByTotal({ items: images, total: readCount(answer.header("x-total-count")), url, listed }),
  });
}

function readCount(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

function isOfficial({ visibility, ownerId }: MachineImage): boolean {
  return visibility === "public" && ownerId === SCALEWAY_ORGANIZATION;
}
