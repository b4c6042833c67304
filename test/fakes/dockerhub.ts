import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

type Json = Record<string, unknown>;

/** A small Docker Hub: official repositories by a list, all others by the search alone. */
export interface FakeHub extends JsonServer {
  /** Names of repositories in `library`. */
  official: string[];
  /** All other repositories, as the search has them; it finds them by any part of their names and descriptions. */
  others: Json[];
  /** The terms that were searched for, in order, each once for all its pages. */
  terms(): string[];
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const LIST = "/v2/namespaces/library/repositories";
export const SEARCH = "/api/search/v4";

const OFFICIAL_A_PAGE = 2;
const MOST_FOUND_A_PAGE = 100;

/** A repository as the search answers it. */
export function repository(name: string, fields: Json = {}): Json {
  return {
    id: name,
    name,
    slug: name,
    type: "image",
    publisher: { id: "1", name: name.split("/")[0] },
    created_at: "2015-05-19T22:53:03.906187Z",
    updated_at: "2026-10-19T22:53:03.906187Z",
    short_description: `All about ${name}`,
    badge: "none",
    star_count: 3,
    pull_count: "1M+",
    operating_systems: [{ name: "linux", label: "Linux" }],
    architectures: [
      { name: "arm64", label: "ARM 64" },
      { name: "amd64", label: "x86-64" },
    ],
    categories: [{ slug: "monitoring-and-observability", name: "Monitoring & observability" }],
    archived: false,
    ...fields,
  };
}

export async function startFakeHub(): Promise<FakeHub> {
  const server = await startJsonServer((request) => hub.intercept?.(request) ?? answer(hub, request));
  const hub: FakeHub = {
    ...server,
    official: [],
    others: [],
    terms: () =>
      server.requests
        .filter(({ path, query }) => path === SEARCH && query.get("from") === "0")
        .map(({ query }) => query.get("query") ?? ""),
    intercept: undefined,
  };
  return hub;
}

function answer(hub: FakeHub, request: SeenRequest): FakeAnswer {
  if (request.method !== "GET" || request.headers.authorization !== undefined)
    return wrong("a GET without credentials");
  if (request.path === LIST) return list(hub, request);
  if (request.path === SEARCH) return search(hub, request);
  return { status: 404, json: { message: "page not found" } };
}

function list({ official, url }: FakeHub, { path, query }: SeenRequest): FakeAnswer {
  const page = Number(query.get("page"));
  if (query.get("ordering") !== "name" || query.get("page_size") !== "100" || !(page >= 1))
    return wrong("page, page_size=100 and ordering=name");
  const names = official.toSorted().slice((page - 1) * OFFICIAL_A_PAGE, page * OFFICIAL_A_PAGE);
  const isLast = page * OFFICIAL_A_PAGE >= official.length;
  const results = names.map((name) => ({
    name,
    namespace: "library",
    repository_type: "image",
    status: 1,
    status_description: "active",
    description: `${name}, as its makers make it`,
    is_private: false,
    star_count: 17_000 + Math.floor(Math.random() * 1000),
    pull_count: 3_282_532_963,
    last_updated: new Date().toISOString(),
    date_registered: "2013-07-01T00:00:00.000001Z",
    affiliation: "",
    media_types: ["application/vnd.oci.image.index.v1+json"],
    content_types: ["image"],
    categories: [{ name: "Operating systems", slug: "operating-systems" }],
  }));
  const next = isLast ? null : `${url}${path}?page=${page + 1}&page_size=100&ordering=name`;
  return { json: { count: official.length, next, previous: null, results } };
}

function search({ official, others }: FakeHub, { query }: SeenRequest): FakeAnswer {
  const [term, from, size] = [query.get("query") ?? "", Number(query.get("from")), Number(query.get("size"))];
  if (term === "" || query.get("type") !== "image" || from % MOST_FOUND_A_PAGE !== 0 || size !== MOST_FOUND_A_PAGE)
    return wrong("query, type=image, from and size=100");
  // The Hub's own words for what the list has differ from the list's.
  const all = [...official.map((name) => repository(name, { badge: "official" })), ...others];
  const found = all.filter((one) => `${String(one["name"])} ${String(one["short_description"])}`.includes(term));
  return { json: { total: found.length, results: found.slice(from, from + size) } };
}

function wrong(expected: string): FakeAnswer {
  return { status: 422, json: { message: `expected ${expected}` } };
}
