import { generateKeyPairSync, verify } from "node:crypto";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeOciImage = Record<string, unknown>;

/** A small Oracle Cloud: checks signatures, and lists a compartment's images in pages named by a header. */
export interface FakeOracle extends JsonServer {
  images: FakeOciImage[];
  /** Looked at once a request's signature was found right: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa";
export const KEY_ID =
  "ocid1.tenancy.oc1..aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq/" +
  "ocid1.user.oc1..aaaaaaaat5nvwcna5j6aqzjcaty5eqbb6qt2jvpkanghtgdaqedqw3rynjq/" +
  "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34";
const PAGE_SIZE = 2;

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The user's API signing key. */
export const PRIVATE_KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** An image as ListImages has it: one of Oracle's unless it is given a compartment. */
export function ociImage(n: number, fields: FakeOciImage = {}): FakeOciImage {
  return {
    baseImageId: null,
    compartmentId: null,
    createImageAllowed: true,
    definedTags: {},
    displayName: `Oracle-Linux-9.4-2024.08.${n}-0`,
    freeformTags: {},
    id: `ocid1.image.oc1.eu-frankfurt-1.aaaaaaaa${n}`,
    launchMode: "NATIVE",
    launchOptions: { bootVolumeType: "PARAVIRTUALIZED", firmware: "UEFI_64" },
    lifecycleState: "AVAILABLE",
    listingType: null,
    operatingSystem: "Oracle Linux",
    operatingSystemVersion: "9",
    agentFeatures: null,
    sizeInMBs: 47694,
    billableSizeInGBs: 4,
    timeCreated: "2024-08-29T21:10:29.600Z",
    ...fields,
  };
}

export async function startFakeOracle(): Promise<FakeOracle> {
  const server = await startJsonServer((request) => {
    if (!isSigned(request)) return refusal(401, "NotAuthenticated");
    return cloud.intercept?.(request) ?? listImages(cloud, request);
  });
  const cloud: FakeOracle = { ...server, images: [], intercept: undefined };
  return cloud;
}

/** A refusal as Oracle Cloud words it. */
export function refusal(status: number, code: string): FakeAnswer {
  return { status, json: { code, message: `That is ${code}.` } };
}

/** Written from the published description (draft-cavage-http-signatures-08), and not with the code it checks. */
function isSigned({ method, headers, target }: SeenRequest): boolean {
  const given: Record<string, string | undefined> = Object.fromEntries(
    [...(headers.authorization ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const signed = given["headers"]?.split(" ") ?? [];
  const isComplete = ["date", "(request-target)", "host"].every((name) => signed.includes(name));
  const isFresh = Math.abs(Date.now() - Date.parse(String(headers.date))) < 5 * 60_000;
  const isKnown = given["keyId"] === KEY_ID && given["algorithm"] === "rsa-sha256" && given["version"] === "1";
  const text = signed
    .map((name) => {
      const value = name === "(request-target)" ? `${method.toLowerCase()} ${target}` : String(headers[name]);
      return `${name}: ${value}`;
    })
    .join("\n");
  const signature = Buffer.from(given["signature"] ?? "", "base64");
  return isComplete && isFresh && isKnown && verify("sha256", Buffer.from(text), publicKey, signature);
}

function listImages({ images }: FakeOracle, { path, query }: SeenRequest): FakeAnswer {
  if (path !== "/20160918/images") return refusal(404, "NotFound");
  if (query.get("compartmentId") !== COMPARTMENT) return refusal(404, "NotAuthorizedOrNotFound");
  const from = Number((query.get("page") ?? "p+0=").slice(2, -1));
  const to = from + Math.min(PAGE_SIZE, Number(query.get("limit")));
  return {
    json: images.slice(from, to),
    headers: to < images.length ? { "opc-next-page": `p+${to}=` } : {},
  };
}
