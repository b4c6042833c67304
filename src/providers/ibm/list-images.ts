import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { BearerSession } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { createPageTrail, resolveNext } from "../transport/paging/page-trail.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { ibmImage } from "./image.ts";

export interface IbmListing {
  readonly client: JsonClient;
  readonly session: BearerSession;
  /** Without `/v1`. */
  readonly apiurl: string;
}

/** The release of the API that this is written for: the first that names the account of a remote image. */
const VERSION = "2025-06-30";
/** The most that the API gives on a page. */
const PAGE_SIZE = "100";

const imagesAnswer = z.object({
  images: z.array(z.unknown()),
  next: z.object({ href: z.string() }).nullish(),
});
type IbmImagesAnswer = z.infer<typeof imagesAnswer>;

/** The images of a region that are public, or those that are not. */
export async function* listIbmImages(
  { client, session, apiurl }: IbmListing,
  visibility: "public" | "private",
): AsyncGenerator<ImagePage> {
  const trail = createPageTrail(client);
  const url = new URL(`${apiurl}/v1/images`);
  url.search = new URLSearchParams({ version: VERSION, generation: "2", limit: PAGE_SIZE, visibility }).toString();
  let start: string | null = "";
  while (start !== null) {
    if (trail.step(start)) url.searchParams.set("start", start);
    const { body } = await session.send({ url });
    const what = `GET ${url.origin}${url.pathname}`;
    const answer: IbmImagesAnswer = readAnswer(imagesAnswer, body, { client, what });
    const { images, rejected } = readItems(ibmImage, answer.images);
    const found = visibility === "public" ? images.filter(isForAll).map(asNobodys) : images;
    yield { images: found, rejected, calls: client.takeCalls() };
    start = answer.next ? startOf(answer.next.href, url, client) : null;
  }
}

/** Whether an image that came as public may be shown to others: not where it says itself that it is private. */
function isForAll({ extra }: MachineImage): boolean {
  return extra["visibility"] !== "private";
}

/** What several accounts see is owned by none of them. */
function asNobodys(image: MachineImage): MachineImage {
  return { ...image, owned: false };
}

/** The link to the next page leaves out version and generation, so only where it starts is taken from it. */
function startOf(link: string, current: URL, client: JsonClient): string {
  const start = resolveNext(link, current, client).searchParams.get("start");
  if (start) return start;
  throw client.error("invalid-answer", `the next page has no start: ${client.quote(link)}`);
}
