import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import type { RejectedItem } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { itemsUnder } from "../transport/items-under.ts";
import { isStatus } from "../transport/judge-status.ts";
import { readEach } from "../transport/read-items.ts";
import { readPages } from "../transport/read-pages.ts";
import { pageByTotal } from "./page-by-total.ts";

/** An image as the Marketplace offers it in a zone, for one architecture and kind of volume. */
export interface Offer {
  readonly name: string | null;
  readonly arch: string | null;
  readonly zone: string;
  /** What it says of the image: `label`, `description`, `categories`, `valid_until` and others. */
  readonly facts: { readonly [name: string]: JsonValue };
}

interface Marketplace {
  /** By the ids that the Instance API knows. */
  readonly offers: ReadonlyMap<string, Offer>;
  readonly rejected: readonly RejectedItem[];
}

/** Whose Marketplace is read, and for which zone. */
interface MarketplaceListing {
  readonly client: JsonClient;
  readonly apiurl: string;
  readonly zone: string;
  readonly headers: { readonly [name: string]: string };
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "100";

const product = z.object({ id: z.string(), label: z.string().min(1), name: z.string().nullish() }).catchall(z.json());
const local = z
  .object({ id: z.string().min(1), arch: z.string().nullish(), zone: z.string(), type: z.string().nullish() })
  .catchall(z.json());
type Local = z.infer<typeof local>;

/** What the Marketplace offers in the zone. It tells the ids of one label at a time. */
export async function readMarketplace(listing: MarketplaceListing): Promise<Marketplace> {
  const offers = new Map<string, Offer>();
  const products = await readList(listing, product, { of: "images", query: { include_eol: "true" } });
  const rejected = [...products.rejected];
  for (const { id: image_id, name = null, label, ...about } of products.read) {
    const locals = await readLocals(listing, label);
    rejected.push(...locals.rejected);
    for (const { id, arch = null, zone, type = null, ...more } of locals.read) {
      offers.set(id, { name, arch, zone, facts: { image_id, ...about, ...more, label, type } });
    }
  }
  return { offers, rejected };
}

/** To a label that it does not know the Marketplace answers 404. It need not know again what it has just listed. */
async function readLocals(listing: MarketplaceListing, label: string): Promise<ReturnType<typeof readEach<Local>>> {
  const query = { image_label: label, zone: listing.zone };
  try {
    return await readList(listing, local, { of: "local_images", query });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    return {
      read: [],
      rejected: [{ reason: "listed in the Marketplace, which does not know its label", item: label }],
    };
  }
}

/** One of the Marketplace's lists: that which answers call `of`. */
async function readList<T>(
  { client, apiurl, headers }: MarketplaceListing,
  schema: z.ZodType<T>,
  { of, query }: { readonly of: string; readonly query: { readonly [name: string]: string } },
): Promise<ReturnType<typeof readEach<T>>> {
  const first = new URL(`${apiurl}/marketplace/v2/${of.replace("_", "-")}`);
  first.search = new URLSearchParams({ ...query, page_size: PAGE_SIZE }).toString();
  const pages = readPages({
    client,
    first,
    headers,
    schema: z.intersection(itemsUnder(of), z.object({ total_count: z.number() })),
    read: ({ items, total_count: total }, { url, listed }) => pageByTotal({ items, total, url, listed }),
  });
  return readEach(schema, (await Array.fromAsync(pages)).flat());
}
