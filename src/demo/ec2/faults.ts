/** What an endpoint can do wrong, once. */
export type Misbehaviour =
  /** 503 RequestLimitExceeded; `retryAfter` in seconds, as a header. */
  | { readonly kind: "throttle"; readonly retryAfter?: number }
  | { readonly kind: "internal-error" }
  | { readonly kind: "unauthorized" }
  /** A 502 with HTML, as a proxy in between would send. */
  | { readonly kind: "html-error" }
  /** A 200 with HTML, as a captive portal would send. */
  | { readonly kind: "html-answer" }
  /** The connection is reset before any answer. */
  | { readonly kind: "reset" }
  /** The answer's body ends in the middle, and the connection with it. */
  | { readonly kind: "cut" }
  /** A whole answer that is no XML. */
  | { readonly kind: "invalid-xml" }
  /** The answer comes after `ms` milliseconds. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The request's token is refused. */
  | { readonly kind: "expired-token" }
  /** Behind its own images, the page has the first ones of the listing once more. */
  | { readonly kind: "repeat-images" }
  /** The page names itself as the next. */
  | { readonly kind: "repeat-page" }
  /** Where the listing ends, another empty page is named, for ever. */
  | { readonly kind: "endless" }
  /** Nothing, and no next page. */
  | { readonly kind: "empty-listing" }
  /** A page that does not name the next. */
  | { readonly kind: "short-listing" }
  /** An empty page that names the one which should have come. */
  | { readonly kind: "empty-page" };

/** Misbehaviours that need no further word. */
export const SIMPLE_FAULTS = [
  "throttle",
  "internal-error",
  "unauthorized",
  "html-error",
  "reset",
  "cut",
  "invalid-xml",
  "expired-token",
  "repeat-images",
  "short-listing",
] as const;

export type SimpleFault = (typeof SIMPLE_FAULTS)[number];

/** A request as a plan sees it. */
export interface PlannedRequest {
  /** 1 for the first since the plan was made. */
  readonly number: number;
  readonly action: string;
  /** Whether the request has a token: it is not for a listing's first page. */
  readonly continues: boolean;
  readonly params: URLSearchParams;
}

/** Says for each request what goes wrong with it, if anything. */
export type FaultPlan = (request: PlannedRequest) => Misbehaviour | undefined;

/** With every `nth` request: 1 is always. */
export function everyNth(nth: number, misbehaviour: Misbehaviour): FaultPlan {
  return ({ number }) => (number % nth === 0 ? misbehaviour : undefined);
}

/** With every `nth` request, each time another one of these. */
export function inTurn(nth: number, kinds: readonly SimpleFault[]): FaultPlan {
  return ({ number }) => {
    const kind = number % nth === 0 ? kinds[(number / nth) % kinds.length] : undefined;
    return kind && { kind };
  };
}

/** With the requests of these numbers only. */
export function onRequests(numbers: readonly number[], misbehaviour: Misbehaviour): FaultPlan {
  return ({ number }) => (numbers.includes(number) ? misbehaviour : undefined);
}

/** With every page but a listing's first. */
export function afterFirstPage(misbehaviour: Misbehaviour): FaultPlan {
  return ({ continues }) => (continues ? misbehaviour : undefined);
}

/** With those that come faster than the service allows: `burst` at once, then `perSecond`. The clock is in milliseconds. */
export function overTheLimit(burst: number, perSecond: number, clock = (): number => performance.now()): FaultPlan {
  let tokens = burst;
  let filledAt = clock();
  return () => {
    const now = clock();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) return { kind: "throttle" };
    tokens--;
    return undefined;
  };
}
