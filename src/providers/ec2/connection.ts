import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type {
  DescribeImagesCommand,
  DescribeImagesCommandOutput,
  DescribeImagesRequest,
  DescribeRegionsCommand,
  EC2Client,
  GetAllowedImagesSettingsCommand,
  GetAllowedImagesSettingsResult,
} from "@aws-sdk/client-ec2";
import type { CloudRegion, KnownItems, Patience, ProviderLimits } from "../provider.ts";
import { tlsOptions } from "../transport/http/client-certificate.ts";
import { assertAllowedHost, guardedLookup } from "../transport/http/guard-address.ts";
import { untilAborted } from "../transport/http/until-aborted.ts";
import { awsHost } from "./aws-hosts.ts";
import { type BodyReader, createBodyReader } from "./body-reader.ts";
import { credentialsOf } from "./credentials.ts";
import { attemptsOf, type Ec2Place, invalidAnswer, isExpiredToken, toProviderError } from "./failure.ts";
import type { Ec2Options } from "./options.ts";
import { outlastOutage } from "./outlast-outage.ts";
import type { Ec2Body, Ec2Items } from "./read-page.ts";

/** A page of an answer, as it came. */
export interface Ec2Page {
  readonly outcome: "page";
  readonly nextToken: string | undefined;
  /** The answer as it was sent. */
  readonly body: Uint8Array;
  /** Reads its images, but for those that are known. Throws ProviderError for what is no XML. */
  readItems(known?: KnownItems): Ec2Items;
  /** Requests it took, retries included. */
  readonly calls: number;
}

/** The endpoint does not know the page token any more. */
export interface ExpiredToken {
  readonly outcome: "expired";
  readonly calls: number;
}

export interface AllowedImages {
  readonly settings: GetAllowedImagesSettingsResult | undefined;
  readonly calls: number;
}

/** A client of one region's endpoint, for the time of one listing. */
export interface Ec2Connection extends Disposable {
  /** Throws ProviderError, or the signal's reason once it is aborted. */
  describeImages(request: DescribeImagesRequest, signal: AbortSignal): Promise<Ec2Page | ExpiredToken>;
  /**
   * The account's Allowed AMIs setting; nothing is known where the account may not ask, or the endpoint cannot tell.
   * Throws only the signal's reason.
   */
  allowedImages(signal: AbortSignal): Promise<AllowedImages>;
  /** The regions there are. Throws ProviderError, or the signal's reason once it is aborted. */
  regions(signal: AbortSignal): Promise<CloudRegion[]>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A question on the side is not worth the patience of a listing. */
const SIDE_PATIENCE = { maxAttempts: 2, idleTimeout: 15_000 };

interface Opening {
  readonly options: Ec2Options;
  /** Undefined for AWS's own of the region. */
  readonly endpoint: URL | undefined;
  readonly limits: ProviderLimits;
  readonly tuning: Patience;
}

/** Nothing is sent yet; but the SDK is loaded, which takes 0.2 to 0.5 s the first time. */
export async function openEc2({ options, endpoint, limits, tuning }: Opening): Promise<Ec2Connection> {
  const { region, apikey, apisecret, caCert } = options;
  const credentials = credentialsOf(options, limits);
  const secrets = [apisecret, apikey].filter((secret) => secret !== undefined);
  const place = { region, host: endpoint?.host ?? awsHost("ec2", region), secrets };
  try {
    if (endpoint) assertAllowedHost(endpoint, limits);
  } catch (error) {
    throw toProviderError(error, place);
  }
  const sdk = await import("@aws-sdk/client-ec2");
  const lookup = guardedLookup(limits);
  const body = createBodyReader();
  const open = ({ maxAttempts, idleTimeout }: Pick<Patience, "maxAttempts" | "idleTimeout">): EC2Client =>
    new sdk.EC2Client({
      region,
      ...(endpoint && { endpoint: endpoint.href }),
      // Also the shared configuration file may name an endpoint, and the source's key would not say so.
      ignoreConfiguredEndpointUrls: true,
      credentials: async () => {
        const { sessionToken, expiration, ...pair } = await credentials();
        secrets.push(pair.secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken]));
        return { ...pair, ...(sessionToken !== undefined && { sessionToken }), ...(expiration && { expiration }) };
      },
      retryMode: "adaptive",
      maxAttempts,
      streamCollector: (stream) => {
        limits.onAnswer?.();
        return body.read(stream);
      },
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        socketTimeout: idleTimeout,
        httpAgent: new HttpAgent({ keepAlive: true, lookup }),
        httpsAgent: new HttpsAgent({ keepAlive: true, lookup, ...(caCert && tlsOptions(caCert)) }),
      },
    });
  const client = open(tuning);
  const aside = open({
    maxAttempts: Math.min(tuning.maxAttempts, SIDE_PATIENCE.maxAttempts),
    idleTimeout: Math.min(tuning.idleTimeout, SIDE_PATIENCE.idleTimeout),
  });
  return {
    describeImages: (request, signal) => {
      const command = new sdk.DescribeImagesCommand(request);
      return send({ client, command, body, place, tuning, hasToken: !!request.NextToken }, signal);
    },
    allowedImages: (signal) => askAllowedImages(aside, new sdk.GetAllowedImagesSettingsCommand(), signal),
    regions: (signal) => askRegions(aside, new sdk.DescribeRegionsCommand({ AllRegions: true }), place, signal),
    [Symbol.dispose]() {
      client.destroy();
      aside.destroy();
    },
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Region.html */
async function askRegions(
  client: EC2Client,
  command: DescribeRegionsCommand,
  place: Ec2Place,
  signal: AbortSignal,
): Promise<CloudRegion[]> {
  try {
    const { Regions = [] } = await untilAborted(client.send(command, { abortSignal: signal }), signal);
    return Regions.flatMap(({ RegionName, OptInStatus }) =>
      RegionName === undefined ? [] : [{ name: RegionName, isEnabled: OptInStatus !== "not-opted-in" }],
    );
  } catch (error) {
    signal.throwIfAborted();
    throw toProviderError(error, place, "ec2:DescribeRegions");
  }
}

async function askAllowedImages(
  client: EC2Client,
  command: GetAllowedImagesSettingsCommand,
  signal: AbortSignal,
): Promise<AllowedImages> {
  try {
    const { $metadata, ...settings } = await untilAborted(client.send(command, { abortSignal: signal }), signal);
    return { settings, calls: $metadata.attempts ?? 1 };
  } catch (error) {
    signal.throwIfAborted();
    return { settings: undefined, calls: attemptsOf(error) };
  }
}

interface PageQuestion {
  readonly client: EC2Client;
  readonly command: DescribeImagesCommand;
  readonly body: BodyReader;
  readonly place: Ec2Place;
  readonly tuning: Patience;
  readonly hasToken: boolean;
}

async function send(
  { client, command, body, place, tuning, hasToken }: PageQuestion,
  signal: AbortSignal,
): Promise<Ec2Page | ExpiredToken> {
  let answer;
  // What the calls before the last one cost.
  let failedCalls = 0;
  const ask = (): Promise<DescribeImagesCommandOutput> =>
    untilAborted(client.send(command, { abortSignal: signal }), signal);
  try {
    // A listing that has just begun is no loss: it is tried again later.
    answer = await (hasToken
      ? outlastOutage(ask, { tuning, signal, onFailure: (error) => (failedCalls += attemptsOf(error)) })
      : ask());
  } catch (error) {
    signal.throwIfAborted();
    if (hasToken && isExpiredToken(error)) return { outcome: "expired", calls: failedCalls + attemptsOf(error) };
    const failure = toProviderError(error, place);
    failure.calls = (failure.calls ?? 0) + failedCalls;
    throw failure;
  }
  const calls = failedCalls + (answer.$metadata.attempts ?? 1);
  const page = body.takePage();
  if (!page) throw invalidAnswer(place.region, "answered XML that holds no set of images", calls);
  const { nextToken } = page;
  if (nextToken === null) throw invalidAnswer(place.region, "names the next page in a way that cannot be read", calls);
  return { outcome: "page", nextToken, calls, body: page.bytes, readItems: (known) => readItems(page, place, known) };
}

/** The SDK saw nothing of the images: that they are well-formed turns out here. */
function readItems(page: Ec2Body, { region }: Ec2Place, known: KnownItems | undefined): Ec2Items {
  try {
    return page.readItems(known);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalidAnswer(region, `answered something that is not EC2's XML (${error.message})`);
  }
}
