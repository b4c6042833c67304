import type { DescribeImagesRequest, Filter } from "@aws-sdk/client-ec2";
import { ProviderError } from "../../errors.ts";
import type { MachineImage } from "../../image.ts";
import type {
  ImagePage,
  KnownItems,
  Patience,
  ProviderLimits,
  ReadImages,
  SourceDescription,
  UnreadPage,
} from "../provider.ts";
import { allowedImagesWarning } from "./allowed-images-warning.ts";
import { type Ec2Connection, type Ec2Page, type ExpiredToken, openEc2 } from "./connection.ts";
import { invalidAnswer } from "./failure.ts";
import { type Ec2View, readImages } from "./image.ts";
import type { Ec2Options } from "./options.ts";
import { type Ec2Items, openPage } from "./read-page.ts";

/** A listing whose page token expires starts again this many times. A region takes minutes, a token lives for hours. */
const MAX_RESTARTS = 3;

const MACHINES: Filter = { Name: "image-type", Values: ["machine"] };

const EVERY_QUESTION: DescribeImagesRequest = {
  IncludeDeprecated: true,
  // The most that EC2 allows; without it, it may refuse a listing of this size.
  MaxResults: 1000,
};

interface ViewQuestion {
  readonly view: Ec2View;
  readonly request: DescribeImagesRequest;
}

/** In this order: what the account owns is not listed again as shared with it. */
const QUESTIONS: { readonly [scope in SourceDescription["scope"]]: readonly ViewQuestion[] } = {
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
  /** What need not be read again; where given, the pages tell what to know their images by. */
  readonly known?: KnownItems | undefined;
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
  known,
}: Ec2Listing): AsyncGenerator<ImagePage> {
  signal.throwIfAborted();
  using ec2 = await openEc2({ options, endpoint, limits, tuning });
  const listed = new Set<string>();
  for (const { view, request } of QUESTIONS[scope]) {
    const asked = { ...EVERY_QUESTION, ...request, Filters: filtersSince(since) };
    for await (const { readItems, calls } of ask(ec2, asked, { options, tuning, signal })) {
      // Of an account's images each is listed once, and which those are only reading tells.
      const { items, ...told } = readItems(scope === "own" ? undefined : known);
      const { images, rejected } = readImages(items, view);
      yield { ...told, images: scope === "own" ? takeNew(images, listed) : images, rejected, calls };
    }
  }
  if (!since) yield await readAllowance(ec2, signal);
}

/** Lists the public scope as `listEc2Images` does, with pages whose images are not read. */
export async function* listEc2Bodies({
  signal,
  ...access
}: Omit<Ec2Listing, "scope" | "since" | "known">): AsyncGenerator<ImagePage | UnreadPage> {
  signal.throwIfAborted();
  using ec2 = await openEc2(access);
  for (const { view, request } of QUESTIONS.public) {
    const asked = { ...EVERY_QUESTION, ...request, Filters: [MACHINES] };
    for await (const { body, readItems, calls } of ask(ec2, asked, { ...access, signal }))
      yield { body, calls, read: () => ({ ...readAs(view, readItems(NOTHING_KNOWN)), calls }) };
  }
  yield await readAllowance(ec2, signal);
}

const NOTHING_KNOWN: KnownItems = { has: () => false };

/** Reads a page of the public scope. Throws SyntaxError for what is no XML. */
export function readPublicBody(body: Uint8Array): ReadImages {
  const page = openPage(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  if (!page) throw new SyntaxError("no page of images");
  return readAs("public", page.readItems(NOTHING_KNOWN));
}

function readAs(view: Ec2View, { items, ...told }: Ec2Items): ReadImages {
  return { ...told, ...readImages(items, view) };
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
  return answer.outcome === "page" ? answer.readItems().items[0]?.OwnerId : undefined;
}

/** A page without images, which says whether the account was shown all there are. */
async function readAllowance(ec2: Ec2Connection, signal: AbortSignal): Promise<ImagePage> {
  const { settings, calls } = await ec2.allowedImages(signal);
  const warning = settings && allowedImagesWarning(settings);
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
  // A copy: an id that was cut out of its page holds the whole page.
  for (const { id } of fresh) listed.add(Buffer.from(id).toString());
  return fresh;
}

/**
 * Asks page by page, for the next one while a page is read. EC2 filters after it has cut the pages, so that an empty page says
 * nothing: only a missing token ends an answer. The SDK's own paginator would follow a token in circles for ever, or end there
 * in silence.
 */
async function* ask(
  ec2: Ec2Connection,
  request: DescribeImagesRequest,
  { options: { region }, tuning, signal }: Pick<Ec2Listing, "options" | "tuning" | "signal">,
): AsyncGenerator<Ec2Page> {
  const tokens = new Set<string>();
  const askFor = (token?: string): Promise<Ec2Page | ExpiredToken> => {
    const answer = ec2.describeImages({ ...request, ...(token !== undefined && { NextToken: token }) }, signal);
    // Whoever takes the page before may not come back for this one.
    answer.catch(() => undefined);
    return answer;
  };
  let restarts = 0;
  let uncounted = 0;
  let next: Promise<Ec2Page | ExpiredToken> | undefined = askFor();
  for (let pages = 1; next; pages++) {
    signal.throwIfAborted();
    const answer: Ec2Page | ExpiredToken = await countingFrom(uncounted, next);
    if (answer.outcome === "expired") {
      uncounted += answer.calls;
      if (restarts++ === MAX_RESTARTS) {
        const expired = `the page token expired ${restarts} times; the listing must start again`;
        throw invalidAnswer(region, expired, uncounted);
      }
      tokens.clear();
      next = askFor();
      continue;
    }
    const token: string | undefined = answer.nextToken;
    const isCircle: boolean = token !== undefined && tokens.has(token);
    const isLast: boolean = token === undefined || isCircle || pages === tuning.maxPages;
    if (token !== undefined) tokens.add(token);
    next = isLast ? undefined : askFor(token);
    yield { ...answer, calls: answer.calls + uncounted };
    uncounted = 0;
    if (isCircle) throw invalidAnswer(region, "a page names an earlier page as the next");
    if (isLast && token !== undefined)
      throw invalidAnswer(region, `more than ${tuning.maxPages} pages; the listing seems endless`);
  }
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
