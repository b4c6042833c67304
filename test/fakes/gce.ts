import { generateKeyPairSync, verify } from "node:crypto";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeGceImage = Record<string, unknown>;

/** A small Google: a token endpoint that checks assertions, and Compute Engine's images, in pages. */
export interface FakeGce extends JsonServer {
  /** Images by their project; every other project is there and empty. */
  projects: Record<string, FakeGceImage[]>;
  /** Access tokens are good for this many requests. */
  tokenUses: number;
  /** Looked at before images are: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
  /** The text of a key file that signs in here. */
  readonly keyFile: string;
}

const EMAIL = "lister@lab-1234.iam.gserviceaccount.com";
const KEY_ID = "7f3b0a52c1";
const PAGE_SIZE = 2;

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The service account's key as PEM. */
export const PRIVATE_KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** An image as Compute Engine lists it. */
export function gceImage(n: number, fields: FakeGceImage = {}): FakeGceImage {
  return {
    kind: "compute#image",
    id: String(7222939640269420000n + BigInt(n)),
    creationTimestamp: "2018-05-10T19:58:07.050-07:00",
    name: `debian-9-stretch-v${n}`,
    description: `Debian, Debian GNU/Linux, 9 (stretch), amd64 built on ${n}`,
    sourceType: "RAW",
    rawDisk: { source: "", containerType: "TAR" },
    status: "READY",
    archiveSizeBytes: "7832184000",
    diskSizeGb: "10",
    licenses: ["https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-9-stretch"],
    family: "debian-9",
    selfLink: `https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-9-stretch-v${n}`,
    labelFingerprint: "42WmSpB8rSM=",
    guestOsFeatures: [{ type: "VIRTIO_SCSI_MULTIQUEUE" }],
    licenseCodes: ["1000205"],
    ...fields,
  };
}

export async function startFakeGce(): Promise<FakeGce> {
  const tokens = new Map<string, number>();
  const server = await startJsonServer((request) => {
    const { method, path } = request;
    if (method === "POST" && path === "/token") return exchange(cloud, tokens, request);
    const own = cloud.intercept?.(request);
    if (own) return own;
    if (method !== "GET" || !mayRead(tokens, request)) return refusal(401, "Invalid Credentials", "authError");
    const project = /^\/compute\/v1\/projects\/([^/]+)\/global\/images$/.exec(path)?.[1];
    if (project === undefined) return refusal(404, "Not Found", "notFound");
    return listImages(cloud, decodeURIComponent(project), request);
  });
  const cloud: FakeGce = {
    ...server,
    projects: {},
    tokenUses: Infinity,
    intercept: undefined,
    keyFile: JSON.stringify({
      type: "service_account",
      project_id: "lab-1234",
      private_key_id: KEY_ID,
      private_key: PRIVATE_KEY,
      client_email: EMAIL,
      client_id: "104172635463524135462",
      token_uri: `${server.url}/token`,
    }),
  };
  return cloud;
}

/** A refusal as Google's APIs word it. */
export function refusal(code: number, message: string, reason: string): FakeAnswer {
  return { status: code, json: { error: { code, message, errors: [{ message, domain: "global", reason }] } } };
}

/** RFC 7523: the assertion must be signed with the account's key and meant for this endpoint. */
function exchange(cloud: FakeGce, tokens: Map<string, number>, { body }: SeenRequest): FakeAnswer {
  const form = body as Record<string, string>;
  const [header = "", claims = "", signature = ""] = (form["assertion"] ?? "").split(".");
  const isSigned = verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"));
  const { iss, aud, scope, iat, exp } = decode(claims);
  const isRight =
    form["grant_type"] === "urn:ietf:params:oauth:grant-type:jwt-bearer" &&
    JSON.stringify(decode(header)) === JSON.stringify({ alg: "RS256", typ: "JWT", kid: KEY_ID }) &&
    iss === EMAIL &&
    aud === `${cloud.url}/token` &&
    scope === "https://www.googleapis.com/auth/compute.readonly" &&
    Number(exp) - Number(iat) === 3600;
  if (!isSigned || !isRight) {
    return { status: 400, json: { error: "invalid_grant", error_description: "Invalid JWT Signature." } };
  }
  const token = `ya29.fake-token-${tokens.size + 1}`;
  tokens.set(token, cloud.tokenUses);
  return { json: { access_token: token, expires_in: 3599, token_type: "Bearer" } };
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString() || "{}") as Record<string, unknown>;
}

function mayRead(tokens: Map<string, number>, { headers }: SeenRequest): boolean {
  const token = String(headers.authorization).replace(/^Bearer /, "");
  const usesLeft = tokens.get(token) ?? 0;
  tokens.set(token, usesLeft - 1);
  return usesLeft > 0;
}

/** Without `items` when there are none, as Compute Engine does. */
function listImages(cloud: FakeGce, project: string, { query }: SeenRequest): FakeAnswer {
  const images = cloud.projects[project] ?? [];
  const from = Number((query.get("pageToken") ?? "page-0").replace("page-", ""));
  const items = images.slice(from, from + Math.min(PAGE_SIZE, Number(query.get("maxResults"))));
  const next = from + items.length < images.length ? { nextPageToken: `page-${from + items.length}` } : {};
  return { json: { kind: "compute#imageList", ...(items.length > 0 && { items }), ...next } };
}
