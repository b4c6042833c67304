import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, type Options, rateLimit, type Store } from "express-rate-limit";
import { createBoundedCounts } from "./bounded-counts.ts";
import { sendProblem } from "../problems.ts";
import { findAsker } from "./asker.ts";

const WINDOW_MS = 60_000;
/** Requests a minute of one token. */
const DEFAULT_LIMIT = 6000;
/** Requests a minute that one address may make without a valid token. */
const MOST_REFUSED = 60;
/** Log-ins a minute that may fail for one address. */
const MOST_FAILED_LOG_INS = 10;
/** The most tokens and addresses counted at a time; beyond that the oldest count is forgotten. */
const MAX_COUNTS = 50_000;

/** The counts of this process. */
export function createMinuteCounts(): Store {
  return createBoundedCounts({ most: MAX_COUNTS, windowMs: WINDOW_MS });
}

/**
 * Limits the requests a minute of each token, or of each address without one; 0: no limit. Without a setting, the limit applies
 * only if there are tokens. Comes after `identify`.
 */
export function limitRequests(perMinute: number | undefined, store = createMinuteCounts()): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  const most = perMinute ?? DEFAULT_LIMIT;
  const limiter = rateLimit({
    ...commonOptions(store),
    limit: (_req, res) => (findAsker(res) === undefined ? Math.min(most, MOST_REFUSED) : most),
    keyGenerator: holderOf,
  });
  return (req, res, next) => {
    if (perMinute === undefined && findAsker(res)?.by === "nobody") return next();
    return limiter(req, res, next);
  };
}

/** Limits the failed log-ins a minute of each address; beyond that it refuses without checking the token. */
export function limitLogIns(store = createMinuteCounts()): RequestHandler {
  return rateLimit({
    ...commonOptions(store),
    limit: MOST_FAILED_LOG_INS,
    keyGenerator: addressOf,
    skipSuccessfulRequests: true,
  });
}

function commonOptions(store: Store): Partial<Options> {
  return {
    windowMs: WINDOW_MS,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    store,
    // Its warnings would go to the console; the code here and its tests already deal with them.
    validate: false,
    handler(req: Request, res: Response) {
      const seconds = String(res.getHeader("Retry-After"));
      sendProblem(req, res, { status: 429, detail: `too many requests; try again in ${seconds} s` });
    },
  };
}

/** Whom a request counts for: a token, or an address without one. */
export function holderOf(req: Request, res: Response): string {
  const hash = findAsker(res)?.tokenHash;
  return hash ? `token ${hash.toString("hex")}` : addressOf(req);
}

/** An IPv6 client has a whole network of addresses, which count as one. */
function addressOf(req: Request): string {
  return ipKeyGenerator(req.ip ?? "");
}
