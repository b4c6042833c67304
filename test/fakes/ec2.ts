import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { KEEP_ALIVE_MS } from "./keep-alive.ts";

/** The elements of an image, each with its content as XML. */
export type FakeAmi = Record<string, string>;

/** What the cloud was asked. */
export interface FakeEc2Request {
  readonly path: string;
  /** As the request was signed. */
  readonly region: string;
  readonly accessKey: string;
  readonly params: URLSearchParams;
}

export interface FakeEc2Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
  /** Sends the first half of the body and hangs up. */
  readonly isCut?: boolean;
  /** Sends the first half of the body and then nothing more. */
  readonly stalls?: boolean;
}

/**
 * A small EC2: answers DescribeImages over HTTP, two images a page, and GetAllowedImagesSettings. Like the real one it cuts the pages first and
 * filters them afterwards, so that pages may be empty, and shows what is deprecated or disabled only when asked to.
 */
export interface FakeEc2 extends AsyncDisposable {
  readonly url: string;
  /** For images. */
  readonly requests: FakeEc2Request[];
  /** For the account's Allowed AMIs setting. */
  readonly settingsRequests: FakeEc2Request[];
  /** What anybody may launch. */
  images: FakeAmi[];
  /** What the account owns. */
  owned: FakeAmi[];
  /** What others share with the account. */
  shared: FakeAmi[];
  /** Answers in the cloud's stead while it returns something. */
  intercept: (request: FakeEc2Request) => FakeEc2Reply | undefined;
  /** What it says of the account's Allowed AMIs. */
  settings: FakeEc2Reply;
  /** Every page names this one as the next. */
  nextToken: string | undefined;
  /** How long it thinks about a page, in ms. */
  thinksMs: number;
}

const PAGE_SIZE = 2;

export function ami(n: number, fields: FakeAmi = {}): FakeAmi {
  return {
    imageId: `ami-${n}`,
    imageType: "machine",
    name: `ubuntu-${n}`,
    architecture: "x86_64",
    imageOwnerId: "099720109477",
    creationDate: "2026-01-02T03:04:05.000Z",
    ...fields,
  };
}

/** An error as EC2 words it. */
export function refusal(code: string, status: number, message = "no"): FakeEc2Reply {
  const error = element("Error", element("Code", code) + element("Message", message));
  return { status, body: element("Response", element("Errors", error) + element("RequestID", "r-1")) };
}

/** An answer of GetAllowedImagesSettings, with the image providers that one criterion allows. */
export function allowedImages(state: string, ...providers: string[]): FakeEc2Reply {
  const criteria = element("imageCriterionSet", list(element("imageProviderSet", list(...providers))));
  const body = element("state", state) + criteria + element("managedBy", "account");
  return { body: element("GetAllowedImagesSettingsResponse", element("requestId", "r-1") + body) };
}

/** The content of an element that lists `items`, such as a `tagSet`. */
export function list(...items: string[]): string {
  return items.map((item) => element("item", item)).join("");
}

export async function startFakeEc2(): Promise<FakeEc2> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cloud: FakeEc2 = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    settingsRequests: [],
    images: [],
    owned: [],
    shared: [],
    intercept: () => undefined,
    settings: allowedImages("disabled"),
    nextToken: undefined,
    thinksMs: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cloud;

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const request = await readRequest(req);
    if (request.params.get("Action") === "GetAllowedImagesSettings") {
      cloud.settingsRequests.push(request);
      return reply(res, cloud.settings);
    }
    cloud.requests.push(request);
    if (cloud.thinksMs > 0) await delay(cloud.thinksMs);
    reply(res, cloud.intercept(request) ?? { body: page(cloud, request.params) });
  }
}

async function readRequest(req: IncomingMessage): Promise<FakeEc2Request> {
  const [credential = "", , region = ""] = req.headers.authorization?.split("/") ?? [];
  return {
    path: req.url ?? "",
    region,
    accessKey: credential.split("=")[1] ?? "",
    params: new URLSearchParams(await text(req)),
  };
}

function reply(res: ServerResponse, { status = 200, type = "text/xml", body, isCut, stalls }: FakeEc2Reply): void {
  res.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  if (!isCut && !stalls) res.end(body);
  else res.write(body.slice(0, body.length / 2), () => isCut && res.destroy());
}

function page(cloud: FakeEc2, params: URLSearchParams): string {
  const asked = imagesFor(cloud, params);
  const from = Number(params.get("NextToken") ?? 0);
  const end = from + PAGE_SIZE;
  const items = asked.slice(from, end).filter((image) => isWanted(image, params));
  const elements = items.map((image) =>
    Object.entries(image)
      .map(([name, content]) => element(name, content))
      .join(""),
  );
  const next = cloud.nextToken ?? (end < asked.length ? String(end) : undefined);
  const body = element("imagesSet", list(...elements)) + (next === undefined ? "" : element("nextToken", next));
  return element("DescribeImagesResponse", element("requestId", "r-1") + body);
}

function imagesFor(cloud: FakeEc2, params: URLSearchParams): readonly FakeAmi[] {
  if (params.get("Owner.1") === "self") return cloud.owned;
  if (params.get("ExecutableBy.1") === "self") return cloud.shared;
  return params.get("ExecutableBy.1") === "all" ? cloud.images : [...cloud.images, ...cloud.shared, ...cloud.owned];
}

function isWanted(image: FakeAmi, params: URLSearchParams): boolean {
  const type = params.get("Filter.1.Name") === "image-type" ? params.get("Filter.1.Value.1") : image["imageType"];
  if (image["imageType"] !== type) return false;
  if (image["deprecationTime"] !== undefined && params.get("IncludeDeprecated") !== "true") return false;
  return image["imageState"] !== "disabled" || params.get("IncludeDisabled") === "true";
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
