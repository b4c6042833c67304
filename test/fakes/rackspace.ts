import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";
import { type FakeImage, UNAUTHORIZED } from "./openstack.ts";

/** A small Rackspace: Identity v2.0, Nova and, where it is offered, Glance. */
export interface FakeRackspace extends JsonServer {
  images: FakeImage[];
  /** The region whose endpoints lead somewhere. */
  region: string;
  otherRegions: string[];
  offersGlance: boolean;
  /** Tokens are good for this many requests. */
  tokenUses: number;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TENANT_ID = "010101";
export const API_KEY = "a4bbc55a951242c48b03e88e32123456";

const PAGE_SIZE = 2;

/** An image as Nova lists it. */
export function novaImage(n: number, fields: Record<string, unknown> = {}): FakeImage {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  return {
    "OS-DCF:diskConfig": "AUTO",
    "OS-EXT-IMG-SIZE:size": 294402173,
    created: "2013-10-15T20:02:10Z",
    id,
    links: [{ href: `https://dfw.servers.api.rackspacecloud.com/v2/${TENANT_ID}/images/${id}`, rel: "self" }],
    metadata: { os_distro: "ubuntu", image_type: "base" },
    minDisk: 0,
    minRam: 512,
    name: `Ubuntu ${n}`,
    progress: 100,
    status: "ACTIVE",
    updated: "2013-11-21T19:12:29Z",
    ...fields,
  };
}

export async function startFakeRackspace(): Promise<FakeRackspace> {
  const tokens = new Map<string, number>();
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    const { method, path } = request;
    if (method === "POST" && path === "/v2.0/tokens") return issueToken(cloud, tokens, request);
    if (method !== "GET" || !mayRead(tokens, request)) return UNAUTHORIZED;
    if (path === `/nova/v2/${TENANT_ID}/images/detail`) return listNova(cloud, request);
    if (path === "/glance/v2/images") return listGlance(cloud, request);
    return { status: 404, json: { itemNotFound: { code: 404, message: "The resource could not be found." } } };
  });
  const cloud: FakeRackspace = {
    ...server,
    images: [],
    region: "DFW",
    otherRegions: [],
    offersGlance: false,
    tokenUses: Infinity,
    intercept: undefined,
  };
  return cloud;
}

function issueToken(cloud: FakeRackspace, tokens: Map<string, number>, { body }: SeenRequest): FakeAnswer {
  const expected = { auth: { "RAX-KSKEY:apiKeyCredentials": { username: "kim", apiKey: API_KEY } } };
  if (JSON.stringify(body) !== JSON.stringify(expected)) {
    return { status: 401, json: { unauthorized: { code: 401, message: "Username or api key is invalid." } } };
  }
  const id = `rackspace-token-${tokens.size + 1}`;
  tokens.set(id, cloud.tokenUses);
  return {
    json: {
      access: {
        token: { id, expires: "2014-11-24T22:05:39.115Z", tenant: { id: TENANT_ID, name: TENANT_ID } },
        serviceCatalog: [
          { name: "cloudServers", type: "compute", endpoints: [{ publicURL: `${cloud.url}/v1.0/${TENANT_ID}` }] },
          { name: "cloudServersOpenStack", type: "compute", endpoints: endpoints(cloud, `/nova/v2/${TENANT_ID}`) },
          ...(cloud.offersGlance
            ? [{ name: "cloudImages", type: "image", endpoints: endpoints(cloud, "/glance/v2") }]
            : []),
        ],
        user: { id: "161418", name: "kim" },
      },
    },
  };
}

function endpoints(cloud: FakeRackspace, path: string): unknown[] {
  return [
    ...cloud.otherRegions.map((region) => ({ region, tenantId: TENANT_ID, publicURL: `${cloud.url}/other-region` })),
    { region: cloud.region, tenantId: TENANT_ID, publicURL: cloud.url + path },
  ];
}

function mayRead(tokens: Map<string, number>, { headers }: SeenRequest): boolean {
  const token = String(headers["x-auth-token"]);
  const usesLeft = tokens.get(token) ?? 0;
  tokens.set(token, usesLeft - 1);
  return usesLeft > 0;
}

function listNova(cloud: FakeRackspace, { path, query }: SeenRequest): FakeAnswer {
  const { images, marker } = pageOf(cloud, query);
  const href = `${cloud.url}${path}?limit=${query.get("limit")}&marker=${marker}`;
  return { json: { images, ...(marker && { images_links: [{ href, rel: "next" }] }) } };
}

/** Like Rackspace's, it knows no visibility but public, private and shared. */
function listGlance(cloud: FakeRackspace, { query }: SeenRequest): FakeAnswer {
  if (query.get("visibility") === "all") return { status: 400, html: "<html>Invalid visibility value: all</html>" };
  const { images, marker } = pageOf(cloud, query);
  const next = new URLSearchParams(query);
  next.set("marker", marker ?? "");
  return { json: { images, ...(marker && { next: `/v2/images?${next.toString()}` }) } };
}

function pageOf(cloud: FakeRackspace, query: URLSearchParams): { images: FakeImage[]; marker: string | undefined } {
  const from = cloud.images.findIndex(({ id }) => id === query.get("marker")) + 1;
  const images = cloud.images.slice(from, from + PAGE_SIZE);
  return { images, marker: images.length === PAGE_SIZE ? images.at(-1)?.id : undefined };
}
