import type { DescribeImagesRequest, Filter } from "@aws-sdk/client-ec2";
import { ProviderError } from "../../errors.ts";
import type { MachineImage } from "../../image.ts";
import type { ImagePage, Patience, ProviderLimits, SourceDescription } from "../provider.ts";
import { warningOf } from "./allowed-images.ts";
import { type Ec2Connection, type Ec2Page, openEc2 } from "./connection.ts";
import { invalidAnswer } from "./failure.ts";
import { type Ec2View, readImages } from "./image.ts";
import type { Ec2Options } from "./options.ts";

/** A listing whose page token expires starts again this many times. A region takes minutes, a token lives for hours. */
const MAX_RESTARTS = 3;

const MACHINES: Filter = { Name: "image-type", Values: ["machine"] };

const EVERY_QUESTION: DescribeImagesRequest = {
  IncludeDeprecated: true,
  // The most that EC2 allows; without it, it may refuse a listing of this size.
  MaxResults: 1000,
};

interface Question {
  readonly view: Ec2View;
  readonly request: DescribeImagesRequest;
}

/** In this order: what the account owns is not listed again as shared with it. */
const QUESTIONS: { readonly [scope in SourceDescription["scope"]]: readonly Question[] } = {
  public: [{ view: "public", request: { ExecutableUsers: ["all"] } }],
  own: [
    { view: "owned", request: { Owners: ["self"], IncludeDisabled: true } },
    { view: "shared", request: { ExecutableUsers: ["self"] } },
  ],
};

export interface Ec2Listing {
  readonly options: Ec2Options;
  /** Where to ask, if not at AWS's endpoint of the region. */
  readonly endpoint: URL | undefined;
  readonly limits: ProviderLimits;
  readonly tuning: Patience;
  readonly scope: SourceDescription["scope"];
  readonly signal: AbortSignal;
  /** Only images made on the day of this moment or later; all when absent. */
  readonly since?: Date;
}

/**
 * Lists the images of a scope. When EC2 forgets a page token half way, the question is asked again from its start:
 * of the public scope, which is too large to remember, pages that were given come once more.
 */
export async function* listEc2Images({
  options,
  endpoint,
  limits,
  tuning,
  scope,
  signal,
  since,
}: Ec2Listing): AsyncGenerator<ImagePage> {
  signal.throwIfAborted();
  using ec2 = await openEc2({ options, endpoint, limits, tuning });
  const listed = new Set<string>();
  for (const { view, request } of QUESTIONS[scope]) {
    const asked = { ...EVERY_QUESTION, ...request, Filters: filtersSince(since) };
    for await (const { items, calls } of ask(ec2, asked, { options, tuning, signal })) {
      const { images, rejected } = readImages(items, view);
      yield { images: scope === "own" ? takeNew(images, listed) : images, rejected, calls };
    }
  }
  if (!since) yield await readAllowance(ec2, signal);
}

/** The account that owns the images that the credentials own; undefined where there are none. Throws as `listEc2Images` does. */
export async function findOwner({
  options,
  endpoint,
  limits,
  tuning,
  signal,
}: Omit<Ec2Listing, "scope" | "since">): Promise<string | undefined> {
  using ec2 = await openEc2({ options, endpoint, limits, tuning: { ...tuning, maxAttempts: 2 } });
  const answer = await ec2.describeImages({ Owners: ["self"], MaxResults: 5 }, signal);
  return answer.outcome === "page" ? answer.items[0]?.OwnerId : undefined;
}

/** A page without images, which says whether the account was shown all there are. */
async function readAllowance(ec2: Ec2Connection, signal: AbortSignal): Promise<ImagePage> {
  const { settings, calls } = await ec2.allowedImages(signal);
  const warning = settings && warningOf(settings);
  return { images: [], rejected: [], calls, ...(warning !== undefined && { warning }) };
}

/** EC2 takes at most 200 values of a filter. */
const MAX_DAYS = 190;

/**
 * EC2 has no "changed since", but the times of its `creation-date` filter take wildcards: one value a day. An image that
 * was made long ago and is shared today is left to the next full listing.
 */
function filtersSince(since: Date | undefined): Filter[] {
  if (!since) return [MACHINES];
  const days: string[] = [];
  // To tomorrow: the cloud's clock may be ahead of ours.
  const end = Date.now() + DAY_MS;
  for (let day = Math.max(since.getTime(), end - MAX_DAYS * DAY_MS); dayOf(day) <= dayOf(end); day += DAY_MS)
    days.push(`${dayOf(day)}T*`);
  return [MACHINES, { Name: "creation-date", Values: days }];
}

const DAY_MS = 86_400_000;

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function takeNew(images: readonly MachineImage[], listed: Set<string>): MachineImage[] {
  const fresh = images.filter(({ id }) => !listed.has(id));
  for (const { id } of fresh) listed.add(id);
  return fresh;
}

/**
 * Asks page by page. EC2 filters after it has cut the pages, so that an empty page says nothing: only a missing
 * token ends an answer. The SDK's own paginator would follow a token in circles for ever, or end there in silence.
 */
async function* ask(
  ec2: Ec2Connection,
  request: DescribeImagesRequest,
  { options, tuning, signal }: Pick<Ec2Listing, "options" | "tuning" | "signal">,
): AsyncGenerator<Pick<Ec2Page, "items" | "calls">> {
  const tokens = new Set<string>();
  let token: string | undefined;
  let restarts = 0;
  let uncounted = 0;
  for (let pages = 0; pages < tuning.maxPages; pages++) {
    signal.throwIfAborted();
    const asked = { ...request, ...(token && { NextToken: token }) };
    const answer = await countingFrom(uncounted, ec2.describeImages(asked, signal));
    if (answer.outcome === "expired") {
      if (restarts++ === MAX_RESTARTS) {
        const expired = `the page token expired ${restarts} times; the listing must start again`;
        throw invalidAnswer(options.region, expired, uncounted + answer.calls);
      }
      uncounted += answer.calls;
      token = undefined;
      tokens.clear();
      continue;
    }
    yield { items: answer.items, calls: answer.calls + uncounted };
    if (!answer.nextToken) return;
    if (tokens.has(answer.nextToken)) throw invalidAnswer(options.region, "a page names an earlier page as the next");
    uncounted = 0;
    token = answer.nextToken;
    tokens.add(token);
  }
  throw invalidAnswer(options.region, `more than ${tuning.maxPages} pages; the listing seems endless`);
}

/** Adds calls that no page told of to those of the failure that `answer` may end in. */
async function countingFrom<T>(uncounted: number, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderError) error.calls = (error.calls ?? 0) + uncounted;
    throw error;
  }
}
