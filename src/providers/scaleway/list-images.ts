import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { FailedPart, ImagePage, RejectedItem } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { readPages } from "../transport/paging/read-pages.ts";
import { isOfficial, SCALEWAY_ORGANIZATION, scalewayImage } from "./image.ts";
import { type Offer, readMarketplace } from "./marketplace.ts";
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

/** The part of the images that Scaleway makes and the Marketplace does not offer. The others are of their labels' parts. */
const UNLABELLED = "images without a Marketplace label";

/**
 * What everybody sees in the zone: the images that Scaleway makes, with what its Marketplace says of them; and those that
 * stand only there, of which the Instance API lists not all. A label of the Marketplace that cannot be read is a part that
 * failed. Images without a label are one with it then, since they cannot be told from those of that label.
 */
export async function* listPublicImages(listing: ScalewayListing): AsyncGenerator<ImagePage> {
  const { client } = listing;
  const { offers, labels, failed, rejected: unread } = await readMarketplace(listing);
  const parts = failed.length === 0 ? [...labels, UNLABELLED] : [...labels];
  const toPages = (images: readonly MachineImage[], rejected: readonly RejectedItem[]): ImagePage[] =>
    pagesByPart({ images, rejected, offers, parts, calls: client.takeCalls() });
  yield* announceParts({ parts, failed, rejected: unread, calls: client.takeCalls() });
  const schema = scalewayImage(offers);
  const missing = new Map(
    [...offers].map(([id, { name, arch, zone }]) => [id, { id, name, arch, zone, public: true }]),
  );
  for await (const items of readInstanceImages(listing)) {
    const { images, rejected } = readItems(schema, items);
    const wanted = images.filter((image) => isOfficial(image) === true || offers.has(image.id));
    const undecided = images.filter((image) => isOfficial(image) === null && !offers.has(image.id));
    for (const { id } of wanted) missing.delete(id);
    yield* toPages(wanted, [...rejected, ...undecided.map(toUndecided)]);
  }
  const { images, rejected } = readItems(schema, [...missing.values()]);
  yield* toPages(images, rejected);
}

/** An image that may be everybody's or not stays as it was. */
function toUndecided({ id, extra }: MachineImage): RejectedItem {
  return { id, reason: "public, organization: expected true or false, and an id", item: extra };
}

/** An empty page for each part, since most labels have no image in most zones. */
function announceParts({
  parts: [first, ...others],
  failed,
  rejected,
  calls,
}: Pick<ImagePage, "rejected" | "calls"> & {
  readonly parts: readonly string[];
  readonly failed: readonly FailedPart[];
}): ImagePage[] {
  const [failure] = failed;
  // Not `forbidden`: it is not these images that are.
  const reason = failed.find((part) => part.reason !== "forbidden")?.reason ?? "invalid-answer";
  const unlabelled = { part: UNLABELLED, reason, message: `${UNLABELLED}: cannot be told apart: ${failure?.message}` };
  return [
    {
      images: [],
      rejected,
      calls,
      ...(first && { part: first }),
      ...(failure && { failedParts: [...failed, unlabelled] }),
    },
    ...others.map((part) => ({ images: [], rejected: [], calls: 0, part })),
  ];
}

/** A page for each part that has images among these; those of other parts than `parts` are left out. */
function pagesByPart({
  images,
  rejected,
  offers,
  parts: [first, ...others],
  calls,
}: Omit<ImagePage, "part"> & {
  readonly offers: ReadonlyMap<string, Offer>;
  readonly parts: readonly string[];
}): ImagePage[] {
  const byPart = Map.groupBy(images, ({ id }) => offers.get(id)?.label ?? UNLABELLED);
  const found = others.flatMap((part) =>
    byPart.has(part) ? [{ images: byPart.get(part) ?? [], rejected: [], calls: 0, part }] : [],
  );
  return [{ images: byPart.get(first ?? "") ?? [], rejected, calls, ...(first && { part: first }) }, ...found];
}

/** All that is not Scaleway's: private images, and those that their owners made public. */
export async function* listOwnImages(listing: ScalewayListing): AsyncGenerator<ImagePage> {
  const schema = scalewayImage(new Map());
  for await (const items of readInstanceImages(listing)) {
    const { images, rejected } = readItems(schema, items);
    const own = images.filter(({ owned, ownerId }) => owned || ownerId !== SCALEWAY_ORGANIZATION);
    yield { images: own, rejected, calls: listing.client.takeCalls() };
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
