import type { NextFunction, Request, RequestHandler, Response } from "express";
import { BadRequestError } from "../../errors.ts";
import type { HttpContext } from "./http-context.ts";

/*
 * What a client of several servers is promised: who changed something gets the position of the record that has the change, and who
 * shows it is answered by no node that has not come that far.
 */

export const POSITION_HEADER = "X-Catalogue-Position";
/** For the search page, whose requests may go to any node. */
const POSITION_COOKIE = "imagedex_position";
const IN_COOKIES = new RegExp(`(?:^|;\\s*)${POSITION_COOKIE}=(\\d{1,15})(?:;|$)`);
/** A healthy node follows within a fraction of a second. */
const WAIT_MS = 2_000;
/** By then every node has followed, or is no longer ready. */
const COOKIE_MS = 60_000;
/** A node that has not reached its record for so long answers `stale`. */
const STALE_MS = 15_000;

/** Keeps this promise on a node; a single server needs nothing. */
export function keepPosition(node: HttpContext["node"]): RequestHandler {
  if (!node) return (_req, _res, next) => next();
  return (req, res, next) => {
    const status = node.status();
    if (status.lagMs > STALE_MS) res.locals["isBehind"] = true;
    if (req.method !== "GET" && req.method !== "HEAD") tellPosition(req, res, () => node.status().position);
    const position = readPosition(req);
    if (position === undefined || position <= status.position) return next();
    return goOnAt(node, position, next);
  };
}

async function goOnAt(node: NonNullable<HttpContext["node"]>, position: number, next: NextFunction): Promise<void> {
  await node.reached(position, WAIT_MS);
  next();
}

/** Whether an answer may be older than what other nodes answer. */
export function isBehind(res: Response): boolean {
  return res.locals["isBehind"] === true;
}

/** Throws BadRequestError for a header that no node has sent; ignores such a cookie. */
function readPosition(req: Request): number | undefined {
  const header = req.get(POSITION_HEADER);
  if (header !== undefined) {
    if (!/^\d{1,15}$/.test(header.trim()))
      throw new BadRequestError(`${POSITION_HEADER}: expected the number from the answer to a change`, POSITION_HEADER);
    return Number(header);
  }
  const cookies = req.get("cookie");
  const position = cookies === undefined ? undefined : IN_COOKIES.exec(cookies)?.[1];
  return position === undefined ? undefined : Number(position);
}

/** The answer is sent when the change is in this node's file, so the file's position has the change. */
function tellPosition(req: Request, res: Response, positionOf: () => number): void {
  const end = res.end.bind(res);
  const tell = (): void => {
    if (res.headersSent || res.statusCode >= 400) return;
    const position = String(positionOf());
    res.set(POSITION_HEADER, position);
    if (req.get("authorization") === undefined)
      res.cookie(POSITION_COOKIE, position, { maxAge: COOKIE_MS, httpOnly: true, sameSite: "strict", path: "/" });
  };
  Object.assign(res, {
    end(...sent: Parameters<typeof end>) {
      tell();
      return end(...sent);
    },
  });
}
