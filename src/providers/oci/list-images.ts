import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { JsonClient } from "../transport/http.ts";
import { isStatus } from "../transport/judge-status.ts";
import { createPageTrail, resolveNext } from "../transport/pages.ts";
import { readAnswer } from "../transport/read-answer.ts";
import type { JsonAnswer } from "../transport/read-response.ts";
import type { Registry } from "./registry-access.ts";

export interface OciListing {
  readonly client: JsonClient;
  readonly registry: Registry;
  /** Without `/v2`. */
  readonly apiurl: string;
  /** Whether everybody sees what is listed. */
  readonly isPublic: boolean;
  /** Repositories that are listed at the same time. */
  readonly atOnce: number;
}

/** What all registries allow; more is refused by some (`catalog.maxentries`). */
const REPOSITORIES_A_PAGE = "100";
const TAGS_A_PAGE = "1000";

const catalogue = z.object({ repositories: z.array(z.string()).nullish() });
const tagList = z.object({ tags: z.array(z.string()).nullish() });

/** Every tag of every repository, or of those that are named. */
export async function* listRegistry(listing: OciListing, only?: readonly string[]): AsyncGenerator<ImagePage> {
  if (only) {
    yield* listRepositories(listing, only, { mustExist: true });
    return;
  }
  const seen = new Set<string>();
  for await (const names of listCatalogue(listing)) {
    const fresh = names.filter((name) => !seen.has(name) && seen.add(name));
    // A page without repositories is one of the listing too, and counts the call.
    const rejected = fresh.filter((name) => !isPath(name)).map((item) => ({ reason: "expected a repository", item }));
    yield { images: [], rejected, calls: listing.client.takeCalls() };
    yield* listRepositories(listing, fresh.filter(isPath), { mustExist: false });
  }
}

/** Whether a repository's name stays what it is in an address. */
function isPath(name: string): boolean {
  return name.split("/").every((part) => !/^\.{0,2}$/.test(part));
}

/** Throws a ProviderError that says what to do where a registry has no catalogue, or none for this account. */
async function* listCatalogue({ client, registry, apiurl }: OciListing): AsyncGenerator<string[]> {
  const trail = createPageTrail(client);
  let url: URL | null = new URL(`${apiurl}/v2/_catalog?n=${REPOSITORIES_A_PAGE}`);
  while (url) {
    const asked: URL = url;
    trail.step(asked.href);
    let answer: JsonAnswer;
    try {
      answer = await registry.get(asked, "registry:catalog:*");
    } catch (error) {
      throw withAdvice(client, error);
    }
    const what = `GET ${asked.origin}${asked.pathname}`;
    yield readAnswer(catalogue, answer.body, { client, what }).repositories ?? [];
    url = nextPage(client, answer, asked);
  }
}

function withAdvice(client: JsonClient, error: unknown): unknown {
  const advice = "; repositories can be named in tenant_name";
  if (isStatus(error, 404) || isStatus(error, 405)) {
    return client.error("invalid-answer", `the registry has no catalogue of its repositories${advice}`, error);
  }
  const refused = (status: number): string => `the registry refuses its catalogue (answered ${status})${advice}`;
  if (isStatus(error, 401)) return client.error("credentials", refused(401), error);
  if (isStatus(error, 403)) return client.error("forbidden", refused(403), error);
  return error;
}

async function* listRepositories(
  listing: OciListing,
  names: readonly string[],
  { mustExist }: { mustExist: boolean },
): AsyncGenerator<ImagePage> {
  for (let from = 0; from < names.length; from += listing.atOnce) {
    const some = names.slice(from, from + listing.atOnce).map(async (repository) => {
      const tags = await listTags(listing, repository, mustExist);
      return [...tags].map((tag) => imageOf(repository, tag, listing));
    });
    const images = (await Promise.all(some)).flat();
    yield { images, rejected: [], calls: listing.client.takeCalls() };
  }
}

/** A repository that is in the catalogue, but whose last tag is gone, some registries do not find. */
async function listTags(listing: OciListing, repository: string, mustExist: boolean): Promise<Set<string>> {
  const { client, registry, apiurl } = listing;
  const trail = createPageTrail(client);
  const tags = new Set<string>();
  const path = repository.split("/").map(encodeURIComponent).join("/");
  let url: URL | null = new URL(`${apiurl}/v2/${path}/tags/list?n=${TAGS_A_PAGE}`);
  while (url) {
    trail.step(url.href);
    let answer: JsonAnswer;
    try {
      answer = await registry.get(url, `repository:${repository}:pull`);
    } catch (error) {
      if (isStatus(error, 404) && !mustExist) return tags;
      throw error;
    }
    const found = readAnswer(tagList, answer.body, { client, what: `GET ${url.origin}${url.pathname}` });
    for (const tag of found.tags ?? []) tags.add(tag);
    url = nextPage(client, answer, url);
  }
  return tags;
}

/** `Link: </v2/_catalog?last=lab%2Fweb&n=100>; rel="next"` */
function nextPage(client: JsonClient, answer: JsonAnswer, current: URL): URL | null {
  const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(answer.header("link") ?? "")?.[1];
  return link === undefined ? null : resolveNext(link, current, client);
}

function imageOf(repository: string, tag: string, { apiurl, isPublic }: OciListing): MachineImage {
  const { host } = new URL(apiurl);
  return {
    id: `${repository}:${tag}`,
    name: `${repository}:${tag}`,
    description: null,
    ownerId: null,
    ownerAlias: null,
    platform: null,
    architecture: null,
    visibility: isPublic ? "public" : "private",
    owned: false,
    createdAt: null,
    deprecatedAt: null,
    keywords: [host],
    extra: { registry: host, repository, tag, reference: `${host}/${repository}:${tag}` },
  };
}
