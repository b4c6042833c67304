import { createHash, createHmac } from "node:crypto";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeEcsImage = Record<string, unknown>;

/** A small ECS of Alibaba Cloud: checks signatures (V3), and answers DescribeImages in numbered pages. */
export interface FakeAlibaba extends JsonServer {
  /** By `ImageOwnerAlias`; those of `others` that are public are community images. */
  images: Record<"system" | "marketplace" | "self" | "others", FakeEcsImage[]>;
  /** Looked at once a request's signature was found right: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

export const KEY_ID = "LTAI5tFakeAccessKeyId";
export const SECRET = "y7YfakeSecret0fTheKey";
export const ACCOUNT = "1966512345678901";
const PAGE_SIZE = 2;

/** An image as DescribeImages has it. */
export function ecsImage(n: number, fields: FakeEcsImage = {}): FakeEcsImage {
  return {
    ImageId: `ubuntu_22_04_x64_20G_alibase_${n}.vhd`,
    ImageName: `ubuntu_22_04_x64_20G_alibase_${n}.vhd`,
    ImageVersion: "1.0",
    ImageOwnerAlias: "system",
    ImageFamily: "acs:ubuntu_22_04_x64",
    OSName: "Ubuntu  22.04 64位",
    OSNameEn: "Ubuntu  22.04 64 bit",
    OSType: "linux",
    Platform: "Ubuntu",
    Architecture: "x86_64",
    Size: 20,
    Status: "Available",
    Progress: "100%",
    CreationTime: "2024-03-01T02:03:04Z",
    Description: "",
    ProductCode: "",
    Usage: "none",
    IsCopied: false,
    IsPublic: true,
    IsSelfShared: "",
    IsSubscribed: false,
    IsSupportIoOptimized: true,
    IsSupportCloudinit: true,
    BootMode: "BIOS",
    Tags: { Tag: [] },
    DiskDeviceMappings: { DiskDeviceMapping: [] },
    ...fields,
  };
}

export async function startFakeAlibaba(): Promise<FakeAlibaba> {
  const nonces = new Set<string>();
  const server = await startJsonServer((request) => {
    const complaint = complaintAbout(request, nonces);
    if (complaint) return complaint;
    return cloud.intercept?.(request) ?? whoIs(request) ?? describeImages(cloud, request);
  });
  const cloud: FakeAlibaba = {
    ...server,
    images: { system: [], marketplace: [], self: [], others: [] },
    intercept: undefined,
  };
  return cloud;
}

/** A refusal as Alibaba Cloud words it. */
export function refusal(status: number, code: string): FakeAnswer {
  return { status, json: { RequestId: "0B1C", HostId: "ecs.aliyuncs.com", Code: code, Message: `That is ${code}.` } };
}

/** Written from the published description, and not with the code it checks. */
function complaintAbout({ method, path, query, headers }: SeenRequest, nonces: Set<string>): FakeAnswer | undefined {
  const [, id, names = "", signature] =
    /^ACS3-HMAC-SHA256 Credential=(.+?),SignedHeaders=(.+?),Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  if (signature === undefined) return refusal(400, "MissingAuthorization");
  if (id !== KEY_ID) return refusal(404, "InvalidAccessKeyId.NotFound");
  const mustBeSigned = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-acs-"));
  if (names !== mustBeSigned.toSorted().join(";")) return refusal(400, "IncompleteSignature");
  const date = Date.parse(String(headers["x-acs-date"]));
  if (!(Math.abs(Date.now() - date) < 15 * 60_000)) return refusal(400, "InvalidTimeStamp.Expired");
  const nonce = String(headers["x-acs-signature-nonce"]);
  if (nonces.has(nonce)) return refusal(400, "SignatureNonceUsed");
  nonces.add(nonce);
  const encode = (text: string): string => encodeURIComponent(text).replaceAll("*", "%2A");
  const canonical = [
    method,
    path,
    [...query]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join("&"),
    ...names.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    names,
    headers["x-acs-content-sha256"],
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const expected = createHmac("sha256", SECRET).update(`ACS3-HMAC-SHA256\n${hash}`).digest("hex");
  return signature === expected ? undefined : refusal(400, "SignatureDoesNotMatch");
}

/** The Security Token Service, which the cloud has at another address. */
function whoIs({ headers }: SeenRequest): FakeAnswer | undefined {
  if (headers["x-acs-action"] !== "GetCallerIdentity" || headers["x-acs-version"] !== "2015-04-01") return undefined;
  return { json: { IdentityType: "RAMUser", AccountId: ACCOUNT, Arn: `acs:ram::${ACCOUNT}:user/lab`, UserId: "2156" } };
}

function describeImages({ images }: FakeAlibaba, { query, headers }: SeenRequest): FakeAnswer {
  if (headers["x-acs-action"] !== "DescribeImages" || headers["x-acs-version"] !== "2014-05-26") {
    return refusal(404, "InvalidAction.NotFound");
  }
  if (query.get("RegionId") !== "cn-hangzhou") return refusal(404, "InvalidRegionId.NotFound");
  const statuses = (query.get("Status") ?? "Available").split(",");
  const alias = query.get("ImageOwnerAlias") ?? "";
  const isCommunity = query.get("IsPublic") === "true";
  const found = Object.entries(images)
    .flatMap(([owner, list]) => (owner === alias ? list : []))
    .filter((image) => statuses.includes(String(image["Status"])))
    .filter((image) => alias !== "others" || image["IsPublic"] === isCommunity);
  const page = Number(query.get("PageNumber"));
  const size = Math.min(PAGE_SIZE, Number(query.get("PageSize")));
  return {
    json: {
      RequestId: "0B1C",
      RegionId: "cn-hangzhou",
      TotalCount: found.length,
      PageNumber: page,
      PageSize: size,
      Images: { Image: found.slice((page - 1) * size, page * size) },
    },
  };
}
