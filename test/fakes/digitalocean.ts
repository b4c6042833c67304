import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeDigitaloceanImage = Record<string, unknown>;

/** A small DigitalOcean: lists images in pages, for one token. */
export interface FakeDigitalocean extends JsonServer {
  images: FakeDigitaloceanImage[];
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN = "dop_v1_fake5f3a0c8c4d9e";
const PAGE_SIZE = 2;

/** A distribution image, as the API documents it. */
export function distributionImage(n: number, fields: FakeDigitaloceanImage = {}): FakeDigitaloceanImage {
  return {
    id: 63663979 + n,
    name: "20.04 (LTS) x64",
    distribution: "Ubuntu",
    slug: "ubuntu-20-04-x64",
    public: true,
    regions: ["nyc2", "nyc3"],
    created_at: "2020-05-15T05:47:50Z",
    type: "snapshot",
    min_disk_size: 20,
    size_gigabytes: 2.36,
    description: "",
    tags: [],
    status: "available",
    error_message: "",
    ...fields,
  };
}

/** A snapshot of the account, as the API documents it. */
export function snapshotImage(n: number, fields: FakeDigitaloceanImage = {}): FakeDigitaloceanImage {
  const name = "Nifty New Snapshot";
  const created_at = "2014-11-04T22:23:02Z";
  return distributionImage(n, { id: 7555619 + n, name, slug: null, public: false, created_at, ...fields });
}

export async function startFakeDigitalocean(): Promise<FakeDigitalocean> {
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, "Unauthorized");
    return request.path === "/v2/images" ? listImages(cloud, request) : refusal(404, "not_found");
  });
  const cloud: FakeDigitalocean = { ...server, images: [], intercept: undefined };
  return cloud;
}

/** A refusal as the API words it. */
export function refusal(status: number, id: string): FakeAnswer {
  return { status, json: { id, message: `That is ${id}.` } };
}

function listImages({ images, url }: FakeDigitalocean, { query }: SeenRequest): FakeAnswer {
  const asked = Number(query.get("per_page") ?? 20);
  if (asked > 200) return refusal(422, "unprocessable_entity");
  const size = Math.min(PAGE_SIZE, asked);
  const page = Number(query.get("page") ?? 1);
  const pages = page * size < images.length ? { next: `${url}/v2/images?page=${page + 1}&per_page=${asked}` } : {};
  return {
    json: { images: images.slice((page - 1) * size, page * size), links: { pages }, meta: { total: images.length } },
  };
}
