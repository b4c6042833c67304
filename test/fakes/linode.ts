import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeLinodeImage = Record<string, unknown>;

/** A small Linode: lists public images for everybody, and those of an account for its token. */
export interface FakeLinode extends JsonServer {
  images: FakeLinodeImage[];
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN = "fake0f5ae0a8d6b3c14e";
const PAGE_SIZE = 2;

/** A public image, as the API answered it. */
export function publicImage(n: number, fields: FakeLinodeImage = {}): FakeLinodeImage {
  return {
    id: `linode/almalinux${n + 7}`,
    label: `AlmaLinux ${n + 7}`,
    deprecated: false,
    size: 4000,
    created: "2018-01-02T03:04:05",
    updated: "2018-01-02T03:04:05",
    description: "",
    created_by: "linode",
    type: "manual",
    tags: [],
    is_public: true,
    is_shared: false,
    vendor: "AlmaLinux",
    expiry: null,
    eol: "2029-03-01T05:00:00",
    regions: null,
    status: "available",
    capabilities: ["cloud-init", "distributed-sites"],
    image_sharing: null,
    ...fields,
  };
}

/** An image of the account, as the API answered it. */
export function privateImage(n: number, fields: FakeLinodeImage = {}): FakeLinodeImage {
  const id = `private/${84469 + n}`;
  return publicImage(n, {
    id,
    label: "linode-cli-test-image-sharing-image",
    size: 366,
    created_by: "psnoch",
    is_public: false,
    vendor: null,
    eol: null,
    capabilities: ["distributed-sites"],
    regions: [{ region: "pl-labkrk-2", status: "available" }],
    total_size: 366,
    image_sharing: {
      shared_with: { sharegroup_count: 0, sharegroup_list_url: `/images/${id}/sharegroups` },
      shared_by: null,
    },
    ...fields,
  });
}

export async function startFakeLinode(): Promise<FakeLinode> {
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    const { authorization } = request.headers;
    if (authorization !== undefined && authorization !== `Bearer ${TOKEN}`) return refusal(401, "Invalid Token");
    return request.path === "/v4/images" ? listImages(cloud, request) : refusal(404, "Not found");
  });
  const cloud: FakeLinode = { ...server, images: [], intercept: undefined };
  return cloud;
}

/** A refusal as the API words it. */
export function refusal(status: number, reason: string): FakeAnswer {
  return { status, json: { errors: [{ reason }] } };
}

function listImages({ images }: FakeLinode, { query, headers }: SeenRequest): FakeAnswer {
  const asked = Number(query.get("page_size") ?? 100);
  if (asked < 25 || asked > 100) return refusal(400, "Must be 25-100");
  const filter = JSON.parse(String(headers["x-filter"] ?? "{}")) as Record<string, unknown>;
  const seen = images.filter((image) => headers.authorization !== undefined || image["is_public"] === true);
  const found = seen.filter((image) => Object.entries(filter).every(([name, value]) => image[name] === value));
  const page = Number(query.get("page") ?? 1);
  const data = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return { json: { data, page, pages: Math.max(1, Math.ceil(found.length / PAGE_SIZE)), results: found.length } };
}
