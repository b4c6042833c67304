import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeIbmImage = Record<string, unknown>;

/** A small IBM Cloud: exchanges API keys for tokens, and lists a region's images in pages. */
export interface FakeIbm extends JsonServer {
  images: FakeIbmImage[];
  /** Access tokens are good for this many requests. */
  tokenUses: number;
  /** Looked at before images are: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const API_KEY = "kX3fakeApiKeyOfIbmCloud_-4567";
const PROVIDER_ACCOUNT = "811f8abfbd32425597dc7ba40da98fa6";
export const OWN_ACCOUNT = "3f728115e2294567898f7212ed0b1418";
export const IAM_ID = "iam-ServiceId-45f9c7a1-0d5d-4e0b-9c3c-6a1f4d6c0001";
const PAGE_SIZE = 2;

/** A public image, as the API of 2025-06-30 has it. */
export function ibmImage(n: number, fields: FakeIbmImage = {}): FakeIbmImage {
  const id = `r006-6795c5a0-d10f-4a89-aa93-${String(n).padStart(12, "0")}`;
  return {
    id,
    crn: `crn:v1:bluemix:public:is:us-south:a/${PROVIDER_ACCOUNT}::image:${id}`,
    href: `https://us-south.iaas.cloud.ibm.com/v1/images/${id}`,
    name: `ibm-redhat-8-8-minimal-amd64-${n}`,
    minimum_provisioned_size: 100,
    resource_group: { id: "4cdc4448a0a148159685b9b0dc54ed19", name: "Default" },
    created_at: "2025-04-11T04:35:45Z",
    file: { checksums: { sha256: "5c356e409f6fea99afd93477c1c54a78e118e454c993874339884e9096978fe5" }, size: 2 },
    operating_system: {
      href: "https://us-south.iaas.cloud.ibm.com/v1/operating_systems/red-8-amd64",
      name: "red-8-amd64",
      architecture: "amd64",
      display_name: "Red Hat Enterprise Linux 8.x - Minimal Install (amd64)",
      family: "Red Hat Enterprise Linux",
      vendor: "Red Hat",
      version: "8.x - Minimal Install",
      dedicated_host_only: false,
    },
    status: "available",
    visibility: "public",
    encryption: "none",
    status_reasons: [],
    catalog_offering: { managed: false },
    resource_type: "image",
    user_data_format: "cloud_init",
    remote: { account: { id: PROVIDER_ACCOUNT, resource_type: "account" } },
    ...fields,
  };
}

/** An image of the account that asks. */
export function ownImage(n: number, fields: FakeIbmImage = {}): FakeIbmImage {
  const crn = `crn:v1:bluemix:public:is:us-south:a/${OWN_ACCOUNT}::image:own-${n}`;
  return ibmImage(n, { crn, name: `my-image-${n}`, visibility: "private", remote: undefined, ...fields });
}

export async function startFakeIbm(): Promise<FakeIbm> {
  const tokens = new Map<string, number>();
  const server = await startJsonServer((request) => {
    const { method, path } = request;
    if (method === "POST" && path === "/identity/token") return issueToken(cloud, tokens, request);
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (!mayRead(tokens, request)) return refusal(401, "not_authorized");
    return path === "/v1/images" ? listImages(cloud, request) : refusal(404, "not_found");
  });
  const cloud: FakeIbm = { ...server, images: [], tokenUses: Infinity, intercept: undefined };
  return cloud;
}

/** A refusal as the VPC API words it. */
export function refusal(status: number, code: string): FakeAnswer {
  return { status, json: { errors: [{ code, message: `That is ${code}.` }], trace: "cGI3bGc" } };
}

function issueToken(cloud: FakeIbm, tokens: Map<string, number>, { body }: SeenRequest): FakeAnswer {
  const expected = { grant_type: "urn:ibm:params:oauth:grant-type:apikey", apikey: API_KEY };
  if (JSON.stringify(body) !== JSON.stringify(expected)) {
    return {
      status: 400,
      json: { errorCode: "BXNIM0415E", errorMessage: "Provided API key could not be found.", context: {} },
    };
  }
  const claims = { iam_id: IAM_ID, account: { valid: true, bss: OWN_ACCOUNT }, jti: tokens.size + 1 };
  const token = ["ibm-token", Buffer.from(JSON.stringify(claims)).toString("base64url"), "signature"].join(".");
  tokens.set(token, cloud.tokenUses);
  return { json: { access_token: token, refresh_token: "not_supported", token_type: "Bearer", expires_in: 3600 } };
}

function mayRead(tokens: Map<string, number>, { headers }: SeenRequest): boolean {
  const token = String(headers.authorization).replace(/^Bearer /, "");
  const usesLeft = tokens.get(token) ?? 0;
  tokens.set(token, usesLeft - 1);
  return usesLeft > 0;
}

/** Its links leave out version and generation, without which it answers nothing. */
function listImages({ images, url }: FakeIbm, { query }: SeenRequest): FakeAnswer {
  if (!/^\d{4}-\d\d-\d\d$/.test(query.get("version") ?? "")) return refusal(400, "missing_version");
  if (query.get("generation") !== "2") return refusal(400, "bad_generation");
  const limit = Number(query.get("limit") ?? 50);
  if (limit > 100) return refusal(400, "invalid_value");
  const found = images.filter((image) => image["visibility"] === (query.get("visibility") ?? image["visibility"]));
  const from = Number((query.get("start") ?? "at-0").slice(3));
  const to = from + Math.min(PAGE_SIZE, limit);
  const next = to < found.length ? { next: { href: `${url}/v1/images?start=at-${to}&limit=${limit}` } } : {};
  return { json: { limit, total_count: found.length, images: found.slice(from, to), ...next } };
}
