import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pass } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { type EndpointAnswer, allowedImagesSettings, describeImages, describeRegions } from "./answers.ts";
import type { DemoCatalogue } from "../generate/catalogue.ts";
import {
  authFailure,
  Ec2Refusal,
  internalError,
  invalidAction,
  invalidValue,
  renderRefusal,
  unauthorizedOperation,
} from "./ec2-errors.ts";
import type { FaultPlan, Misbehaviour } from "./faults.ts";
import type { AllowedImagesSetting } from "./list-images.ts";
import { createPageCache, type PageCache } from "./page-cache.ts";
import { cutShort, spoilTransport } from "./spoil-transport.ts";
import { verifySignature } from "./verify-signature.ts";

/** An access key that the endpoint accepts. */
export interface EndpointKey {
  readonly id: string;
  readonly secret: string;
  /** The account it speaks for: twelve digits. */
  readonly account: string;
  /** Actions it may not call: `DescribeImages`. */
  readonly denied?: readonly string[];
}

export interface Ec2EndpointOptions {
  /** One a region; requests signed for other regions are refused, as by a region that is not opted in to. */
  readonly catalogues: readonly DemoCatalogue[];
  readonly accessKeys: readonly EndpointKey[];
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Images on a page, at most, whatever is asked for. EC2's own limit by default: 1,000. */
  readonly mostResults?: number | undefined;
  /** Memory for pages rendered before, in bytes: a region of 200,000 images takes about 400 MB. Default 64 MiB. */
  readonly pageCacheBytes?: number | undefined;
  /**
   * Renders a listing's next page as soon as one is sent, while the client still reads it. For an endpoint with
   * an event loop of its own: a first listing then is about as fast as one from memory.
   */
  readonly readAhead?: boolean | undefined;
  /** Answers compressed to those who accept it. Off by default. */
  readonly gzip?: boolean | undefined;
}

/** A request as it came in, for tests that ask what was asked. */
export interface ReceivedRequest {
  readonly region: string;
  readonly account: string;
  readonly action: string;
  readonly params: URLSearchParams;
}

/** A local EC2: DescribeImages, DescribeRegions and GetAllowedImagesSettings of the Query API. */
export interface Ec2Endpoint extends AsyncDisposable {
  readonly url: string;
  /** The newest 10,000 that were signed well, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Pages that were served from memory. */
  readonly cacheHits: number;
  /** From now on requests go wrong as planned; without a plan, none does. */
  misbehave(plan?: FaultPlan): void;
  /** Every account's setting. */
  allowImages(setting: AllowedImagesSetting): void;
}

interface EndpointState {
  readonly options: Ec2EndpointOptions;
  readonly pages: PageCache;
  readonly requests: ReceivedRequest[];
  allowedImages: AllowedImagesSetting;
  plan: FaultPlan | undefined;
  planned: number;
  authority: string;
}

/** Long: a client on a stalled machine must not ask on a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
const MOST_BODY_BYTES = 1024 * 1024;
const MOST_REQUESTS = 10_000;
const MOST_RESULTS = 1000;
const VERSION = "2016-11-15";

/** Listens until disposed of. Throws what listening throws. */
export async function startEc2Endpoint(options: Ec2EndpointOptions): Promise<Ec2Endpoint> {
  const state: EndpointState = {
    options,
    pages: createPageCache(options.pageCacheBytes ?? 64 * 1024 * 1024),
    requests: [],
    allowedImages: { state: "disabled", providers: [] },
    plan: undefined,
    planned: 0,
    authority: "",
  };
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void serve(state, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the endpoint listens on no port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  state.authority = `${host}:${address.port}`;
  return {
    url: `http://${state.authority}`,
    requests: state.requests,
    get cacheHits() {
      return state.pages.hits;
    },
    misbehave: (plan) => Object.assign(state, { plan, planned: 0 }),
    allowImages: (allowedImages) => void (state.allowedImages = allowedImages),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(state: EndpointState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  response.setHeader("x-amzn-requestid", requestId);
  response.setHeader("server", "AmazonEC2");
  response.setHeader("vary", "accept-encoding");
  try {
    const body = await readBody(request);
    const { received, fault } = receive(state, request, body);
    if (fault?.kind === "delay") await pass(fault.ms);
    if (spoilTransport(fault, request, response)) return;
    const { pieces, afterwards } = answer(state, received, requestId, fault);
    await send(state, request, response, fault?.kind === "cut" ? cutShort(pieces) : pieces);
    if (state.options.readAhead) afterwards?.();
  } catch (error) {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const refusal = error instanceof Ec2Refusal ? error : internalError();
    response.writeHead(refusal.status, { "content-type": "text/xml;charset=UTF-8" });
    response.end(renderRefusal(refusal, requestId));
  }
}

/** Checks who asks before what is asked, as the service does. */
function receive(
  state: EndpointState,
  request: IncomingMessage,
  body: string,
): { received: ReceivedRequest; fault: Misbehaviour | undefined } {
  const { options, requests } = state;
  const { method = "GET", url: target = "/", headers } = request;
  const keys = new Map(options.accessKeys.map((key) => [key.id, key]));
  const { keyId, region } = verifySignature({ method, target, headers, body }, (id) => keys.get(id)?.secret);
  const key = keys.get(keyId);
  if (!key || !options.catalogues.some((catalogue) => catalogue.region === region)) throw authFailure();
  const params = new URLSearchParams(method === "POST" ? body : target.split("?")[1]);
  const action = params.get("Action") ?? "";
  if (requests.length === MOST_REQUESTS) requests.shift();
  const received = { region, account: key.account, action, params };
  requests.push(received);
  if (key.denied?.includes(action)) throw unauthorizedOperation();
  return {
    received,
    fault: state.plan?.({ number: ++state.planned, action, continues: params.has("NextToken"), params }),
  };
}

function answer(
  state: EndpointState,
  { region, account, action, params }: ReceivedRequest,
  requestId: string,
  fault: Misbehaviour | undefined,
): EndpointAnswer {
  const { catalogues } = state.options;
  const catalogue = catalogues.find((one) => one.region === region);
  if (!catalogue) throw authFailure();
  if (action === "") throw new Ec2Refusal(400, "MissingAction", "The request must contain the parameter Action");
  if (params.get("Version") !== VERSION)
    throw new Ec2Refusal(
      400,
      "NoSuchVersion",
      `The requested version (${params.get("Version")}) of service AmazonEC2 does not exist`,
    );
  if (!["DescribeImages", "DescribeRegions", "GetAllowedImagesSettings"].includes(action)) throw invalidAction(action);
  if (params.get("DryRun") === "true")
    throw new Ec2Refusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  const { allowedImages, pages } = state;
  if (action === "DescribeImages")
    return describeImages({ account, catalogue, allowedImages }, params, {
      pages,
      requestId,
      fault,
      mostResults: state.options.mostResults ?? MOST_RESULTS,
    });
  if (action === "GetAllowedImagesSettings") return { pieces: allowedImagesSettings(allowedImages, requestId) };
  return { pieces: describeRegions(regionsAsked(state, params), state.authority, requestId) };
}

function regionsAsked({ options }: EndpointState, params: URLSearchParams): string[] {
  const regions = options.catalogues.map(({ region }) => region);
  const asked = [...params].filter(([name]) => /^RegionName\.\d+$/.test(name)).map(([, region]) => region);
  const unknown = asked.filter((region) => !regions.includes(region));
  if (unknown.length > 0) throw invalidValue(`Invalid region names: [${unknown.join(", ")}]`);
  return asked.length > 0 ? asked : regions;
}

async function send(
  { options }: EndpointState,
  request: IncomingMessage,
  response: ServerResponse,
  pieces: Iterable<string | Buffer>,
): Promise<void> {
  const compressed = options.gzip === true && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  response.writeHead(200, {
    "content-type": "text/xml;charset=UTF-8",
    ...(compressed && { "content-encoding": "gzip" }),
  });
  const body = Readable.from(pieces);
  await (compressed ? pipeline(body, createGzip(), response) : pipeline(body, response));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += piece.length;
    if (bytes > MOST_BODY_BYTES) throw new Ec2Refusal(413, "RequestEntityTooLarge", "The request is too large");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
