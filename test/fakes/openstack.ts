import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeImage = Record<string, unknown> & { readonly id: string };

/** A small OpenStack: Keystone and Glance in one server, which checks what it is asked as the real ones do. */
export interface FakeOpenstack extends JsonServer {
  /** What the user may do in the project. */
  roles: string[];
  images: FakeImage[];
  /** Of shared images: what the project did with them, by id; accepted by default. */
  memberStatus: Readonly<Record<string, string>>;
  /** The region whose endpoint leads to Glance; those of all others lead nowhere. */
  region: string;
  otherRegions: string[];
  /** The path of Glance's endpoint in the catalogue. */
  endpointPath: string;
  /** Where Glance really stands; its `next` links do not know. */
  mountedAt: string;
  /** Tokens are good for this many requests. */
  tokenUses: number;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const PROJECT_ID = "6e1ae8ec053b4f2bbd232def0a08db24";
export const PASSWORD = 'p4ss/wörd "quoted"';
export const APPLICATION_SECRET = "rEaqvJka48mpv-secret";

const PAGE_SIZE = 2;

/** An image as Glance lists it. */
export function glanceImage(n: number, fields: Record<string, unknown> = {}): FakeImage {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  return {
    name: `ubuntu-${n}`,
    disk_format: "qcow2",
    container_format: "bare",
    visibility: "public",
    size: 12716032,
    virtual_size: null,
    status: "active",
    checksum: "443b7623e27ecf03dc9e01ee93f67afe",
    protected: false,
    min_ram: 0,
    min_disk: 0,
    owner: "another-project",
    os_hidden: false,
    os_hash_algo: "sha512",
    os_hash_value: "6513f21e44aa3da3",
    id,
    created_at: "2023-03-30T22:22:24Z",
    updated_at: "2023-03-30T22:22:26Z",
    tags: [],
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
    schema: "/v2/schemas/image",
    ...fields,
  };
}

export async function startFakeOpenstack(): Promise<FakeOpenstack> {
  const tokens = new Map<string, number>();
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (request.path === "/identity/v3/auth/tokens" && request.method === "POST")
      return issueToken(cloud, tokens, request);
    if (request.path === `${cloud.mountedAt}/v2/images` && request.method === "GET")
      return listImages(cloud, tokens, request);
    return { status: 404, html: "<html><body>404 Not Found</body></html>" };
  });
  const cloud: FakeOpenstack = {
    ...server,
    roles: ["member"],
    images: [],
    memberStatus: {},
    region: "RegionOne",
    otherRegions: [],
    endpointPath: "",
    mountedAt: "",
    tokenUses: Infinity,
    intercept: undefined,
  };
  return cloud;
}

export const UNAUTHORIZED: FakeAnswer = {
  status: 401,
  html: "<html><head><title>401 Unauthorized</title></head><body>This server could not verify you.</body></html>",
};

function issueToken(cloud: FakeOpenstack, tokens: Map<string, number>, { body }: SeenRequest): FakeAnswer {
  const auth = JSON.stringify((body as { auth: unknown }).auth);
  const isKnown = [asUser("admin", "Default"), asUser("kim@example.org", "staff"), APPLICATION].includes(auth);
  if (!isKnown) return { status: 401, json: { error: { code: 401, message: "The request requires authentication." } } };
  const token = `gAAAAA-token-${tokens.size + 1}`;
  tokens.set(token, cloud.tokenUses);
  const json = {
    token: {
      methods: ["password"],
      expires_at: "9999-12-31T23:59:59.999999Z",
      roles: cloud.roles.map((name) => ({ id: name, name })),
      project: { id: PROJECT_ID, name: "admin", domain: { id: "default", name: "Default" } },
      catalog: [
        { type: "compute", name: "nova", endpoints: [endpoint("public", cloud.region, `${cloud.url}/compute/v2.1`)] },
        { type: "image", name: "glance", endpoints: imageEndpoints(cloud) },
      ],
    },
  };
  return { status: 201, headers: { "x-subject-token": token, vary: "X-Auth-Token" }, json };
}

function asUser(name: string, domain: string): string {
  const user = { name, domain: { name: domain }, password: PASSWORD };
  const project = { name: "admin", domain: { name: domain } };
  return JSON.stringify({ identity: { methods: ["password"], password: { user } }, scope: { project } });
}

const APPLICATION = JSON.stringify({
  identity: {
    methods: ["application_credential"],
    application_credential: { id: "423f19a4ac1e4f48bbb4180756e6eb6c", secret: APPLICATION_SECRET },
  },
});

function imageEndpoints(cloud: FakeOpenstack): unknown[] {
  return [
    ...cloud.otherRegions.map((region) => endpoint("public", region, `${cloud.url}/other-region`)),
    endpoint("admin", cloud.region, `${cloud.url}/admin-interface`),
    endpoint("internal", cloud.region, `${cloud.url}/internal-interface`),
    endpoint("public", cloud.region, cloud.url + cloud.endpointPath),
  ];
}

function endpoint(kind: string, region: string, url: string): unknown {
  return { id: "77c51c7ffc304a82aeef95aca67aad33", interface: kind, region_id: region, region, url };
}

function listImages(cloud: FakeOpenstack, tokens: Map<string, number>, { headers, query }: SeenRequest): FakeAnswer {
  const token = String(headers["x-auth-token"]);
  const usesLeft = tokens.get(token) ?? 0;
  if (usesLeft <= 0) return UNAUTHORIZED;
  tokens.set(token, usesLeft - 1);
  const shown = cloud.images.filter((image) => isShown(cloud, image, query));
  const marker = query.get("marker");
  const from = marker === null ? 0 : shown.findIndex(({ id }) => id === marker) + 1;
  if (marker !== null && from === 0) {
    return { status: 400, html: "<html><body><h1>400 Bad Request</h1>Invalid marker</body></html>" };
  }
  const page = shown.slice(from, from + Math.min(Number(query.get("limit") ?? 25), PAGE_SIZE));
  const isFull = page.length === PAGE_SIZE;
  const next = new URLSearchParams(query);
  next.set("marker", page.at(-1)?.id ?? "");
  return {
    json: {
      images: page,
      ...(isFull && { next: `/v2/images?${next.toString()}` }),
      first: "/v2/images?limit=1000",
      schema: "/v2/schemas/images",
    },
  };
}

/** Community images and shares not accepted come only when asked for; hidden ones only by themselves. */
function isShown({ memberStatus }: FakeOpenstack, image: FakeImage, query: URLSearchParams): boolean {
  if (Boolean(image["os_hidden"]) !== (query.get("os_hidden") === "true")) return false;
  const [visibility, status] = [query.get("visibility"), query.get("member_status")];
  if (visibility !== null && visibility !== "all" && image["visibility"] !== visibility) return false;
  if (image["visibility"] === "community") return visibility === "all";
  if (image["visibility"] !== "shared" || image["owner"] === PROJECT_ID) return true;
  return status === "all" || status === (memberStatus[image.id] ?? "accepted");
}
