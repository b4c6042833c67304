import { z } from "zod";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { createPageTrail, resolveNext } from "../transport/paging/page-trail.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import { readItems } from "../transport/reading/read-items.ts";
import { foundId, foundRepository, listedRepository, OFFICIAL } from "./image.ts";

/** The most that either answer has on a page. */
const A_PAGE = 100;
/** The Hub's best finds come first; what stands behind these, a closer term finds. */
const FIND_PAGES = 3;

const repositories = z.object({ next: z.string().nullish(), results: z.array(z.unknown()) });
const finds = z.object({ total: z.number().nullish(), results: z.array(z.unknown()).nullish() });

/**
 * All official repositories.
 * https://docs.docker.com/reference/api/hub/latest/#tag/repositories/operation/listNamespaceRepositories
 */
export async function* listOfficial(client: JsonClient, apiurl: string): AsyncGenerator<ImagePage> {
  const trail = createPageTrail(client);
  // By name, so that what is pushed to meanwhile does not move to a page that was read already.
  let url: URL | null = new URL(
    `${apiurl}/v2/namespaces/${OFFICIAL}/repositories?page=1&page_size=${A_PAGE}&ordering=name`,
  );
  while (url) {
    const asked: URL = url;
    trail.step(asked.href);
    const { body } = await client.send({ url: asked });
    const { next, results } = readAnswer(repositories, body, { client, what: `GET ${asked.origin}${asked.pathname}` });
    yield { ...readItems(listedRepository, results), calls: client.takeCalls() };
    url = next ? resolveNext(next, asked, client) : null;
  }
}

/**
 * The repositories that the Hub itself finds for a term, the best matches first, as its own page and Docker's MCP server ask
 * for them (https://github.com/docker/hub-mcp/blob/main/specs/search.yaml). Official ones are left out: `listOfficial` has them
 * all, and other words for them would be a change at every look.
 */
export async function* findRepositories(client: JsonClient, apiurl: string, term: string): AsyncGenerator<ImagePage> {
  let from = 0;
  for (let page = 0; page < FIND_PAGES; page++) {
    const query = new URLSearchParams({ query: term, type: "image", from: String(from), size: String(A_PAGE) });
    const url = new URL(`${apiurl}/api/search/v4?${query.toString()}`);
    const { total, results } = await search(client, url);
    const { images, rejected } = readItems(foundRepository, results, foundId);
    yield { images: images.filter(({ ownerId }) => ownerId !== OFFICIAL), rejected, calls: client.takeCalls() };
    from += results.length;
    if (results.length === 0 || from >= total) return;
  }
}

/** A term that the Hub does not take (400), or finds nothing for (404), is found nowhere. */
async function search(client: JsonClient, url: URL): Promise<{ total: number; results: readonly unknown[] }> {
  try {
    const { body } = await client.send({ url });
    const { total, results } = readAnswer(finds, body, { client, what: `GET ${url.origin}${url.pathname}` });
    return { total: total ?? 0, results: results ?? [] };
  } catch (error) {
    if (isStatus(error, 400) || isStatus(error, 404)) return { total: 0, results: [] };
    throw error;
  }
}
