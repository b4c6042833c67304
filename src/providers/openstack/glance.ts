import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { createPageTrail, type PageTrail, resolveNext } from "../transport/pages.ts";
import { readAnswer } from "../transport/read-answer.ts";
import { readItems } from "../transport/read-items.ts";
import { glanceImage } from "./glance-image.ts";
import type { Session } from "./session.ts";

export interface GlanceOptions {
  readonly client: JsonClient;
  readonly session: Session;
  /** The image service's address, with or without its version. */
  readonly endpoint: URL;
  /** What to ask for, one listing each. */
  readonly queries: readonly GlanceQuery[];
}

export type GlanceQuery = Readonly<Record<string, string>>;

/**
 * Everything: public, own, community and shared images, the latter accepted or not. By default Glance leaves out
 * the last two, and hidden images come only when they alone are asked for.
 */
export const EVERYTHING: readonly GlanceQuery[] = [
  { visibility: "all", member_status: "all" },
  { visibility: "all", member_status: "all", os_hidden: "true" },
];

/** Of everything, what came or changed since a moment. */
export function updatedSince(since: Date): GlanceQuery[] {
  const moment = `${since.toISOString().slice(0, 19)}Z`;
  return EVERYTHING.map((query) => ({ ...query, updated_at: `gte:${moment}` }));
}

/** Glance caps it silently where its operator wants smaller pages. */
const PAGE_SIZE = "1000";

/** The images of all `queries` from Glance's API v2. One that several of them hold comes once. */
export async function* listGlance(options: GlanceOptions): AsyncGenerator<ImagePage> {
  const listing: Listing = {
    ...options,
    trail: createPageTrail(options.client),
    schema: glanceImage(options.session.access.projectId),
    seen: new Set(),
  };
  for (const query of options.queries) {
    const first = imagesUrl(options.endpoint);
    first.search = new URLSearchParams({ limit: PAGE_SIZE, ...query }).toString();
    yield* listPages(listing, first);
  }
}

interface Listing extends GlanceOptions {
  readonly trail: PageTrail;
  readonly schema: z.ZodType<MachineImage>;
  /** Ids of the images that came already. */
  readonly seen: Set<string>;
}

const imagesAnswer = z.object({ images: z.array(z.unknown()), next: z.string().nullish() });
type ImagesAnswer = z.infer<typeof imagesAnswer>;

async function* listPages({ client, session, trail, schema, seen }: Listing, first: URL): AsyncGenerator<ImagePage> {
  let url: URL | null = first;
  while (url) {
    trail.step(url.href);
    const body = await session.get(url);
    const answer: ImagesAnswer = readAnswer(imagesAnswer, body, { client, what: `GET ${url.origin}${url.pathname}` });
    const { images, rejected } = readItems(schema, answer.images);
    const fresh = images.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield { images: fresh, rejected, calls: client.takeCalls() };
    url = answer.next ? nextUrl(answer.next, url, client) : null;
  }
}

/** Catalogues give the address with version (`/v2`, `/v2/PROJECT`) or without. */
function imagesUrl(endpoint: URL): URL {
  const url = new URL(endpoint.origin);
  const path = endpoint.pathname.replace(/\/+$/, "");
  url.pathname = /\/v2(\.\d+)?(\/|$)/.test(path) ? `${path}/images` : `${path}/v2/images`;
  return url;
}

/**
 * Glance's `next` is `/v2/images?…` even where Glance stands below another path, as behind a proxy. So only its
 * query is taken, and laid over the one that was asked.
 */
function nextUrl(link: string, current: URL, client: JsonClient): URL {
  const next = resolveNext(link, current, client);
  if (!next.pathname.endsWith("/images")) {
    throw client.error("invalid-answer", `the next page is ${next.pathname}; expected …/images`);
  }
  const url = new URL(current);
  for (const [name, value] of next.searchParams) url.searchParams.set(name, value);
  return url;
}
