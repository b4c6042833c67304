import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { createPageTrail, type PageTrail, resolveNext } from "../transport/paging/page-trail.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { glanceImage, type MemberStatus } from "./glance-image.ts";
import type { CloudSession } from "./session.ts";

export interface GlanceOptions {
  readonly client: JsonClient;
  readonly session: CloudSession;
  /** The image service's address, with or without its version. */
  readonly endpoint: URL;
  /** What to ask for, one listing each, in this order. */
  readonly queries: readonly GlanceQuery[];
}

export interface GlanceQuery {
  readonly parameters: Readonly<Record<string, string>>;
  /** What the query says of the images that others share and no query before it brought. */
  readonly memberStatus?: MemberStatus;
}

const ALL = { visibility: "all", member_status: "all" };
const HIDDEN = { os_hidden: "true" };

/** Shares that the project did not accept: Glance tells of no image which it is, but lists them by it. */
const UNACCEPTED: readonly GlanceQuery[] = (["pending", "rejected"] as const).flatMap((status) =>
  [{}, HIDDEN].map((hidden) => ({
    parameters: { visibility: "shared", member_status: status, ...hidden },
    memberStatus: status,
  })),
);

/**
 * Everything: public, own, community and shared images, the latter accepted or not. By default Glance leaves out
 * the last two, and hidden images come only when they alone are asked for: before the others and after them once more, so
 * that one which is hidden or shown meanwhile is not missed. To administrators Glance shows everybody's shares, and does not
 * say which are theirs.
 */
export function everything({ isAdmin = false }: { readonly isAdmin?: boolean | undefined }): GlanceQuery[] {
  const rest = [{ ...ALL, ...HIDDEN }, ALL, { ...ALL, ...HIDDEN }];
  if (isAdmin) return rest.map((parameters) => ({ parameters }));
  return [...UNACCEPTED, ...rest.map((parameters) => ({ parameters, memberStatus: "accepted" as const }))];
}

/** Of everything, what came or changed since a moment. */
export function updatedSince(since: Date, view: { readonly isAdmin?: boolean | undefined }): GlanceQuery[] {
  const moment = `${since.toISOString().slice(0, 19)}Z`;
  return everything(view).map(({ parameters, ...query }) => ({
    ...query,
    parameters: { ...parameters, updated_at: `gte:${moment}` },
  }));
}

/** Glance caps it silently where its operator wants smaller pages. */
const PAGE_SIZE = "1000";

/** Times that one query is begun again because the image that a page goes on from was deleted. */
const MAX_RESTARTS = 5;

/** The images of all `queries` from Glance's API v2. One that several of them hold comes once. */
export async function* listGlance(options: GlanceOptions): AsyncGenerator<ImagePage> {
  const seen = new Set<string>();
  for (const query of options.queries) {
    const first = imagesUrl(options.endpoint);
    first.search = new URLSearchParams({ limit: PAGE_SIZE, ...query.parameters }).toString();
    yield* listAnew({ ...options, query, seen }, first);
  }
}

interface GlanceListing extends GlanceOptions {
  readonly query: GlanceQuery;
  /** Ids of the images that came already. */
  readonly seen: Set<string>;
}

/** A page is named by the last image of the one before. When that is deleted meanwhile, the query starts again. */
async function* listAnew(listing: GlanceListing, first: URL): AsyncGenerator<ImagePage> {
  for (let restarts = 0; ; restarts++) {
    try {
      return yield* listPages(listing, first);
    } catch (error) {
      if (!(error instanceof VanishedMarkerError)) throw error;
      if (restarts === MAX_RESTARTS) throw error.cause;
    }
  }
}

class VanishedMarkerError extends Error {
  override readonly name = "VanishedMarkerError";
}

const imagesAnswer = z.object({ images: z.array(z.unknown()), next: z.string().nullish() });
type GlanceImagesAnswer = z.infer<typeof imagesAnswer>;

async function* listPages(listing: GlanceListing, first: URL): AsyncGenerator<ImagePage> {
  const { client, session, seen, query } = listing;
  const trail: PageTrail = createPageTrail(client);
  const schema: z.ZodType<MachineImage> = glanceImage({
    projectId: session.access.projectId,
    memberStatus: query.memberStatus,
  });
  let url: URL | null = first;
  while (url) {
    trail.step(url.href);
    const body = await getPage(session, url);
    const answer: GlanceImagesAnswer = readAnswer(imagesAnswer, body, {
      client,
      what: `GET ${url.origin}${url.pathname}`,
    });
    const { images, rejected } = readItems(schema, answer.images);
    const fresh = images.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield { images: fresh, rejected, calls: client.takeCalls() };
    url = answer.next ? nextUrl(answer.next, url, client) : null;
  }
}

async function getPage(session: CloudSession, url: URL): Promise<unknown> {
  try {
    return await session.get(url);
  } catch (error) {
    const isVanished = url.searchParams.has("marker") && (isStatus(error, 400) || isStatus(error, 404));
    throw isVanished ? new VanishedMarkerError("the marker is gone", { cause: error }) : error;
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
    throw client.error("invalid-answer", `the next page is ${client.quote(next.pathname)}; expected …/images`);
  }
  const url = new URL(current);
  for (const [name, value] of next.searchParams) url.searchParams.set(name, value);
  return url;
}
