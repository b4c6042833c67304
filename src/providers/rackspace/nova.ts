import { z } from "zod";
import type { CloudSession } from "../openstack/session.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { createPageTrail, resolveNext } from "../transport/paging/page-trail.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { novaImage } from "./nova-image.ts";

const imagesAnswer = z.object({
  images: z.array(z.unknown()),
  images_links: z.array(z.object({ rel: z.string(), href: z.string() })).nullish(),
});
type NovaImagesAnswer = z.infer<typeof imagesAnswer>;

const PAGE_SIZE = "1000";

/** The images that a compute service (Nova's API v2) lists. One that comes on two pages comes once. */
export async function* listNova(client: JsonClient, session: CloudSession, endpoint: URL): AsyncGenerator<ImagePage> {
  const trail = createPageTrail(client);
  const seen = new Set<string>();
  const first = new URL(endpoint.origin);
  first.pathname = `${endpoint.pathname.replace(/\/+$/, "")}/images/detail`;
  first.search = new URLSearchParams({ limit: PAGE_SIZE }).toString();
  let url: URL | null = first;
  while (url) {
    trail.step(url.href);
    const body = await session.get(url);
    const answer: NovaImagesAnswer = readAnswer(imagesAnswer, body, {
      client,
      what: `GET ${url.origin}${url.pathname}`,
    });
    const { images, rejected } = readItems(novaImage, answer.images);
    const fresh = images.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield { images: fresh, rejected, calls: client.takeCalls() };
    const next = answer.images_links?.find(({ rel }) => rel === "next");
    url = next ? resolveNext(next.href, url, client) : null;
  }
}
