import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeScalewayItem = Record<string, unknown>;

/** A small Scaleway: a zone's images, and the Marketplace's with their ids in zones. */
export interface FakeScaleway extends JsonServer {
  images: FakeScalewayItem[];
  /** The Marketplace's. */
  products: FakeScalewayItem[];
  /** By the label of the product; in the products' order, where one is asked for by its id. */
  locals: Record<string, FakeScalewayItem[]>;
  /** Looked at before all else: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const TOKEN = "fa4e0000-1111-4222-8333-444455556666";
const SCALEWAY = "51b656e3-4865-41e8-adbc-0c45bdd780db";
export const OWN_ORGANIZATION = "105bdce1-64c0-48ab-899d-868455867ecf";
const PAGE_SIZE = 2;

/** An image that Scaleway makes, as the Instance API answered it. */
export function officialImage(n: number, fields: FakeScalewayItem = {}): FakeScalewayItem {
  return {
    id: `4a4d2994-e7e0-4b29-a760-36235e6ba2${n + 10}`,
    name: "Ubuntu 20.04 Focal Fossa",
    organization: SCALEWAY,
    project: SCALEWAY,
    root_volume: {
      id: "37000787-865a-4306-8ac4-5a0b2e2fcbbe",
      name: "Ubuntu 20.04 Focal Fossa",
      volume_type: "l_ssd",
      size: 10000000000,
    },
    extra_volumes: {},
    public: true,
    arch: "x86_64",
    creation_date: "2025-06-25T15:47:39.547126+00:00",
    modification_date: "2025-06-25T15:47:39.547126+00:00",
    default_bootscript: null,
    from_server: "",
    state: "available",
    tags: [],
    zone: "fr-par-1",
    ...fields,
  };
}

/** A backup of an account's, as the Instance API answered it. */
export function ownImage(n: number, fields: FakeScalewayItem = {}): FakeScalewayItem {
  return officialImage(n, {
    id: `b1c1d00b-e266-4068-9f4d-b1af5f9bf8${n + 10}`,
    name: "backup",
    organization: OWN_ORGANIZATION,
    project: OWN_ORGANIZATION,
    public: false,
    from_server: "c03392bf-331e-46ea-adb2-71eed726f6d3",
    ...fields,
  });
}

/** An image of the Marketplace, as it is documented. */
export function product(fields: FakeScalewayItem = {}): FakeScalewayItem {
  return {
    id: "6ce3f2ab-7a4f-4a3a-a1b8-2b2f4d1c9e10",
    name: "Ubuntu 20.04 Focal Fossa",
    description: "Ubuntu is the ideal distribution for scale-out computing.",
    logo: "https://marketplace-logos.s3.nl-ams.scw.cloud/ubuntu.png",
    categories: ["distribution"],
    created_at: "2020-02-17T14:07:45.602Z",
    updated_at: "2025-06-26T08:00:00.000Z",
    valid_until: null,
    label: "ubuntu_focal",
    ...fields,
  };
}

/** A product in a zone, as the Marketplace answered it. */
export function local(id: unknown, fields: FakeScalewayItem = {}): FakeScalewayItem {
  return {
    id,
    arch: "x86_64",
    zone: "fr-par-1",
    compatible_commercial_types: ["DEV1-L", "DEV1-M"],
    label: "ubuntu_focal",
    type: "instance_local",
    ...fields,
  };
}

export async function startFakeScaleway(): Promise<FakeScaleway> {
  const server = await startJsonServer((request) => {
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (request.headers["x-auth-token"] !== TOKEN) return refusal(401, "denied_authentication");
    return answer(cloud, request);
  });
  const cloud: FakeScaleway = { ...server, images: [], products: [], locals: {}, intercept: undefined };
  return cloud;
}

/** A refusal as the API words it. */
export function refusal(status: number, type: string): FakeAnswer {
  return { status, json: { message: `That is ${type}.`, type } };
}

function answer({ images, products, locals }: FakeScaleway, { path, query }: SeenRequest): FakeAnswer {
  const page = Number(query.get("page") ?? 1);
  const part = <T>(all: readonly T[]): T[] => all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  switch (path) {
    case "/instance/v1/zones/fr-par-1/images":
      if (Number(query.get("per_page") ?? 50) > 100) return refusal(400, "invalid_request_error");
      return { json: { images: part(images) }, headers: { "x-total-count": String(images.length) } };
    case "/marketplace/v2/images": {
      const isListed = ({ valid_until: until }: FakeScalewayItem): boolean =>
        query.get("include_eol") === "true" || !until;
      const listed = products.filter(isListed);
      return { json: { images: part(listed), total_count: listed.length } };
    }
    case "/marketplace/v2/local-images": {
      const byId = products.findIndex(({ id }) => id === query.get("image_id"));
      const label = query.get("image_label") ?? Object.keys(locals)[byId];
      if (label === undefined) return refusal(400, "invalid_arguments");
      const found = (locals[label] ?? []).filter(({ zone }) => zone === (query.get("zone") ?? zone));
      return { json: { local_images: part(found), total_count: found.length } };
    }
    default:
      return refusal(404, "not_found");
  }
}
