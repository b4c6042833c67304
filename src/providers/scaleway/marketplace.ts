import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import type { FailedPart, RejectedItem } from "../provider.ts";
import { asFailedPart } from "../transport/paging/as-failed-part.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { itemsUnder } from "../transport/reading/items-under.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { type IdOf, readEach } from "../transport/reading/read-items.ts";
import { readPages } from "../transport/paging/read-pages.ts";
import { pageByTotal } from "./page-by-total.ts";

/** An image as the Marketplace offers it in a zone, for one architecture and kind of volume. */
export interface Offer {
  readonly name: string | null;
  readonly arch: string | null;
  readonly zone: string;
  /** The label that it is offered under. */
  readonly label: string;
  /** What it says of the image: `label`, `description`, `categories`, `valid_until` and others. */
  readonly facts: { readonly [name: string]: JsonValue };
}

interface Marketplace {
  /** By the ids that the Instance API knows. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** All labels that could be read, those without an image in the zone included. */
  readonly labels: ReadonlySet<string>;
  /** The labels that could not. */
  readonly failed: readonly FailedPart[];
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

const product = z
  .object({})
  .catchall(jsonValue.catch(null))
  .transform((said, context) => {
    const label = lenientText.parse(said["label"]) || null;
    const id = lenientText.parse(said["id"]) || null;
    if (label !== null || id !== null) return { label, id, said };
    context.addIssue({ code: "custom", path: ["label"], message: "expected a label, or an id instead" });
    return z.NEVER;
  });
type Product = z.infer<typeof product>;

const local = z
  .object({ id: z.union([z.string().min(1), z.number().transform(String)]) })
  .catchall(jsonValue.catch(null));
type Local = z.infer<typeof local>;

/** What is the host's failure rather than a label's: after a few in a row there is no use in trying hundred labels more. */
const HOST_FAILURES: ReadonlySet<string> = new Set(["unreachable", "throttled"]);
const MAX_SILENT = 3;

/** A product has an id of its own, which is none of its images'. */
const noImage: IdOf = () => undefined;

/**
 * What the Marketplace offers in the zone. It tells the ids of one label at a time, and a label that cannot be read is left
 * out. Throws a ProviderError where not one can be read, and where the Marketplace stops answering.
 */
export async function readMarketplace(listing: MarketplaceListing): Promise<Marketplace> {
  const offers = new Map<string, Offer>();
  const labels = new Set<string>();
  const failures: { readonly part: FailedPart; readonly error: unknown }[] = [];
  let silent = 0;
  const products = await readList(listing, product, { of: "images", query: { include_eol: "true" }, idOf: noImage });
  const rejected = [...products.rejected];
  for (const one of products.read) {
    try {
      const locals = await readLocals(listing, one);
      rejected.push(...locals.rejected);
      silent = 0;
      if (one.label !== null) labels.add(one.label);
      for (const image of locals.read.filter((image) => isIn(listing.zone, image))) {
        const offer = offerOf(one, image, listing);
        labels.add(offer.label);
        offers.set(image.id, offer);
      }
    } catch (error) {
      if (one.label === null) throw error;
      const part = asFailedPart(one.label, error);
      failures.push({ part, error });
      silent = HOST_FAILURES.has(part.reason) ? silent + 1 : 0;
      if (silent === MAX_SILENT) throw error;
    }
  }
  const [first] = failures;
  if (first && labels.size === 0) throw first.error;
  return { offers, labels, failed: failures.map(({ part }) => part), rejected };
}

/** The answer is for one zone; an image that says it is in another is not taken for one of this. */
function isIn(zone: string, image: Local): boolean {
  const said = lenientText.parse(image["zone"]);
  return said === null || said === zone;
}

/** A product whose own label is odd has those of its images. */
function offerOf({ label: own, id, said }: Product, local: Local, { zone }: MarketplaceListing): Offer {
  const { id: image_id = null, name, ...about } = said;
  const { id: _id, arch, zone: _zone, type = null, ...more } = local;
  const label = own ?? (lenientText.parse(local["label"]) || id) ?? local.id;
  const facts = { image_id, ...about, ...more, label, type };
  return { name: lenientText.parse(name), arch: lenientText.parse(arch), zone, label, facts };
}

/**
 * The images of one product, by its label, or by its id where that is odd. To a label that it does not know the Marketplace
 * answers 404. It need not know again what it has just listed.
 */
async function readLocals(
  listing: MarketplaceListing,
  { label, id }: Product,
): Promise<ReturnType<typeof readEach<Local>>> {
  const asked = label === null ? { image_id: id ?? "" } : { image_label: label };
  try {
    return await readList(listing, local, { of: "local_images", query: { ...asked, zone: listing.zone } });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    return {
      read: [],
      rejected: [{ reason: "listed in the Marketplace, but not found by its label", item: label ?? id }],
    };
  }
}

interface ListQuestion {
  /** What answers call the list. */
  readonly of: string;
  readonly query: { readonly [name: string]: string };
  readonly idOf?: IdOf;
}

/** One of the Marketplace's lists. */
async function readList<T>(
  { client, apiurl, headers }: MarketplaceListing,
  schema: z.ZodType<T>,
  { of, query, idOf }: ListQuestion,
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
  return readEach(schema, (await Array.fromAsync(pages)).flat(), idOf);
}
