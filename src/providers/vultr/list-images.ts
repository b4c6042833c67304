import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import { itemsUnder } from "../transport/reading/items-under.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { readPages } from "../transport/paging/read-pages.ts";
import type { SourceListing } from "../transport/paging/two-sources.ts";
import { applicationImage, ownIsoImage, publicIsoImage, snapshotImage, systemImage } from "./image.ts";

export interface VultrListing extends SourceListing {
  /** Without `/v2`. */
  readonly apiurl: string;
  readonly token: string;
}

/** The most that the API gives on a page. */
const PAGE_SIZE = "500";

/** One of the API's lists: all that a machine can be made from stands in several. */
interface VultrList {
  /** Behind `/v2/`. */
  readonly path: string;
  /** What the answer calls its items. */
  readonly items: string;
  readonly schema: z.ZodType<MachineImage>;
}

const LISTS: { readonly [scope in VultrListing["scope"]]: readonly VultrList[] } = {
  public: [
    { path: "os", items: "os", schema: systemImage },
    { path: "applications", items: "applications", schema: applicationImage },
    { path: "iso-public", items: "public_isos", schema: publicIsoImage },
  ],
  own: [
    { path: "snapshots", items: "snapshots", schema: snapshotImage },
    { path: "iso", items: "isos", schema: ownIsoImage },
  ],
};

const answeredCursor = z
  .object({ meta: z.object({ links: z.object({ next: z.string().nullish() }).nullish() }).nullish() })
  .transform(({ meta }) => ({ cursor: meta?.links?.next || null }));

export async function* listVultrImages({ scope, ...listing }: VultrListing): AsyncGenerator<ImagePage> {
  for (const list of LISTS[scope]) yield* readList(listing, list);
}

async function* readList(
  { client, apiurl, token }: Omit<VultrListing, "scope">,
  { path, items: name, schema }: VultrList,
): AsyncGenerator<ImagePage> {
  const pages = readPages({
    client,
    first: new URL(`${apiurl}/v2/${path}?per_page=${PAGE_SIZE}`),
    headers: { authorization: `Bearer ${token}` },
    schema: z.intersection(itemsUnder(name), answeredCursor),
    read: ({ items, cursor }, { url }) => ({ items, next: cursor === null ? null : atCursor(url, cursor) }),
  });
  for await (const items of pages) yield { ...readItems(schema, items), calls: client.takeCalls() };
}

function atCursor(url: URL, cursor: string): URL {
  const next = new URL(url);
  next.searchParams.set("cursor", cursor);
  return next;
}
