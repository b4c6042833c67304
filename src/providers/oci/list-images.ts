import { z } from "zod";
import type { ProviderError } from "../../errors.ts";
import type { MachineImage } from "../../image.ts";
import type { ImagePage, RejectedItem } from "../provider.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { challengeOf, isStatus } from "../transport/http/judge-status.ts";
import { createPageTrail, resolveNext } from "../transport/paging/page-trail.ts";
import { createPartTally, type PartPage, type PartTally } from "../transport/paging/part-tally.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import type { JsonAnswer } from "../transport/http/read-response.ts";
import { createPatience, type RepositoryPatience, type PatienceLimits } from "./patience.ts";
import { readChallenge } from "./read-challenge.ts";
import type { Registry } from "./registry-access.ts";

export interface OciListing {
  readonly client: JsonClient;
  readonly registry: Registry;
  /** The same, asked but once and briefly: for when others were waited for too long. */
  readonly hasty: Registry;
  /** Without `/v2`. */
  readonly apiurl: string;
  /** Whether everybody sees what is listed. */
  readonly isPublic: boolean;
  /** Repositories that are listed at the same time. */
  readonly atOnce: number;
  readonly patience: PatienceLimits;
}

/** What all registries allow; more is refused by some (`catalog.maxentries`). */
const REPOSITORIES_A_PAGE = "100";
const TAGS_A_PAGE = "1000";

/** No list at all is an answer of another kind; `null` is what some write for an empty one. */
const catalogue = z.object({ repositories: z.array(z.unknown()).nullable() });
const tagList = z
  .object({ name: z.unknown(), tags: z.array(z.unknown()).nullish() })
  .partial()
  .refine(({ name, tags }) => tags !== undefined || name !== undefined, "expected tags");

/** Every tag of every repository, or of those that are named. Each repository is a part: a closed one closes no other. */
export async function* listRegistry(listing: OciListing, only?: readonly string[]): AsyncGenerator<ImagePage> {
  const tally = createPartTally(listing.client, (error) => reasonOf(error, listing.isPublic));
  const patience = createPatience(listing.patience);
  const list = (names: readonly string[]): AsyncGenerator<ImagePage> =>
    listRepositories({ ...listing, tally, waiting: patience }, names, { isNamed: only !== undefined });
  if (only) yield* list(only);
  else {
    const seen = new Set<unknown>();
    for await (const names of listCatalogue(listing)) {
      const fresh = names.filter((name) => !seen.has(name) && seen.add(name));
      // A page without repositories is one of the listing too, and counts the call.
      const rejected = fresh.filter((name) => !isPath(name)).map((item) => ({ reason: "expected a repository", item }));
      yield { images: [], rejected, calls: listing.client.takeCalls() };
      yield* list(fresh.filter(isPath));
    }
  }
  tally.close();
}

/**
 * What a failure means for one repository. What the registry does not know by its name is closed, as far as anybody can tell.
 * So is one for which a token is refused that the token service gave to an account it knows, and one that asks a stranger for
 * a password; where all are, the listing throws what they said.
 */
function reasonOf(error: ProviderError, isPublic: boolean): ProviderError["reason"] {
  if (isStatus(error, 404)) return "forbidden";
  if (error.reason !== "credentials") return error.reason;
  return isPublic || readChallenge(challengeOf(error))?.scheme === "bearer" ? "forbidden" : "credentials";
}

/** Whether a repository's name stays what it is in an address. */
function isPath(name: unknown): name is string {
  return typeof name === "string" && name.split("/").every((part) => !/^\.{0,2}$/.test(part));
}

/** Throws a ProviderError that says what to do where a registry has no catalogue, or none for this account. */
async function* listCatalogue({ client, registry, apiurl }: OciListing): AsyncGenerator<unknown[]> {
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
  const advice = "; name repositories in tenant_name";
  if (isStatus(error, 404) || isStatus(error, 405)) {
    return client.error("invalid-answer", `the registry has no catalogue of its repositories${advice}`, error);
  }
  const refused = (status: number): string =>
    `the registry refuses to list its repositories (answered ${status})${advice}`;
  if (isStatus(error, 401)) return client.error("credentials", refused(401), error);
  if (isStatus(error, 403)) return client.error("forbidden", refused(403), error);
  return error;
}

interface RepositoriesListing extends OciListing {
  readonly tally: PartTally;
  readonly waiting: RepositoryPatience;
}

async function* listRepositories(
  listing: RepositoriesListing,
  names: readonly string[],
  { isNamed }: { isNamed: boolean },
): AsyncGenerator<ImagePage> {
  const { tally, atOnce } = listing;
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce);
    const read = await Promise.allSettled(some.map((repository) => readRepository(listing, repository)));
    for (const [at, repository] of some.entries()) {
      const pages = pagesOf(read[at], isNamed);
      yield* tally.list({ part: repository }, pages);
    }
  }
}

/** The page of a repository. One that the catalogue has, but that is not found, lost its last tag or went in between. */
async function* pagesOf(read: PromiseSettledResult<PartPage> | undefined, isNamed: boolean): AsyncGenerator<PartPage> {
  if (read?.status === "fulfilled") yield read.value;
  else if (isNamed || !isStatus(read?.reason, 404)) throw read?.reason;
}

/** One page, however many the registry makes of it. Throws a ProviderError. */
async function readRepository(listing: RepositoriesListing, repository: string): Promise<PartPage> {
  const { client, registry, hasty, waiting } = listing;
  if (waiting.isOver()) throw client.error("unreachable", "not asked, because too many repositories did not answer");
  const failed = waiting.start();
  try {
    const tags = await listTags(listing, waiting.isShort() ? hasty : registry, repository);
    return readTags(listing, repository, tags);
  } catch (error) {
    failed();
    throw error;
  }
}

async function listTags({ client, apiurl }: OciListing, registry: Registry, repository: string): Promise<Set<unknown>> {
  const trail = createPageTrail(client);
  const tags = new Set<unknown>();
  const path = repository.split("/").map(encodeURIComponent).join("/");
  let url: URL | null = new URL(`${apiurl}/v2/${path}/tags/list?n=${TAGS_A_PAGE}`);
  while (url) {
    trail.step(url.href);
    const answer: JsonAnswer = await registry.get(url, `repository:${repository}:pull`);
    const found = readAnswer(tagList, answer.body, { client, what: `GET ${url.origin}${url.pathname}` });
    for (const tag of found.tags ?? []) tags.add(tag);
    url = nextPage(client, answer, url);
  }
  return tags;
}

function readTags(listing: OciListing, repository: string, tags: ReadonlySet<unknown>): PartPage {
  const images: MachineImage[] = [];
  const rejected: RejectedItem[] = [];
  for (const tag of tags) {
    if (typeof tag === "string" && tag !== "") images.push(imageOf(repository, tag, listing));
    else rejected.push({ reason: "expected a tag", item: { repository, tag } });
  }
  return { images, rejected };
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
