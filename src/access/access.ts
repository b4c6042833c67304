import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";
import { UnknownBackendError } from "../errors.ts";
import type { Backend } from "../record/backends.ts";
import { hashToken } from "./access-token.ts";
import { type Asker, askerOf, findAsker, setAsker } from "./asker.ts";
import { originOf } from "./origin.ts";
import { sendProblem } from "../problems.ts";
import type { Sessions } from "./sessions.ts";
import type { TokenKeeper } from "./token-keeper.ts";

export interface AccessContext {
  readonly tokens: TokenKeeper;
  readonly sessions: Sessions;
  /** Pages of these origins may ask. */
  readonly corsOrigins: readonly string[];
}

/** Finds out who asks. Refuses nobody: `admit` does, which comes after. */
export function identify({ tokens, sessions }: AccessContext): RequestHandler {
  return (req, res, next) => {
    const header = req.get("authorization");
    const session = header === undefined ? sessions.read(req) : undefined;
    const hash = header === undefined ? session?.hash : readBearer(header);
    const token = hash && tokens.find(hash);
    if (token) {
      const by = session ? "session" : "token";
      const expiresAt = session?.expiresAt ?? token.expiresAt;
      setAsker(res, { by, tokenHash: token.hash, scope: token.scope, backends: token.backends ?? "all", expiresAt });
    } else if (tokens.isOpen()) setAsker(res, { ...NOBODY, scope: "admin" });
    next();
  };
}

/** Who asks where no token is needed, or on this machine's own command line. */
export const NOBODY: Omit<Asker, "scope"> = {
  by: "nobody",
  backends: "all",
  tokenHash: undefined,
  expiresAt: undefined,
};

/** The one who asks, for requests that are made in their name; these read, whatever their token may. */
export function readerOf(res: Response): Asker {
  return { ...askerOf(res), scope: "read" };
}

/** Lets in whom `identify` found, as far as their token goes. */
export function admit({ corsOrigins }: Pick<AccessContext, "corsOrigins">): RequestHandler {
  return (req, res, next) => {
    const asker = findAsker(res);
    if (!asker) return refuseStranger(req, res);
    const { by, scope, backends } = asker;
    if (isUnsafe(req) && !isOwnWish(req, by, corsOrigins))
      return sendProblem(req, res, {
        status: 403,
        detail: "Requests from pages of other origins need Authorization: Bearer.",
      });
    if (scope !== "admin" && !isReading(req))
      return sendProblem(req, res, { status: 403, detail: "This needs an admin token; yours is read-only." });
    if (backends === "all") return next();
    const backend = /^\/backends\/([^/]+)/i.exec(req.path)?.[1];
    // What a token is not for does not exist for its bearer.
    if (backend === undefined ? !isReading(req) : !backends.has(decodeURIComponent(backend)))
      return sendProblem(req, res, NOT_FOR_TOKEN);
    // A backend with other credentials, or without any, would show what somebody else's cloud holds.
    if (/^\/backends\/[^/]+\/?$/i.test(req.path) && !isReading(req))
      return sendProblem(req, res, {
        status: 403,
        detail: "Changing or removing a backend needs a token for all backends; yours is for some.",
      });
    next();
  };
}

const NOT_FOR_TOKEN = { status: 404, detail: "no such backend for this token" };

/** Keeps from tokens for some backends what the backends are called that an error proposes. Comes before `problemHandler`. */
export const concealBackends: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (error instanceof UnknownBackendError && !res.headersSent && findAsker(res)?.backends !== "all")
    return sendProblem(req, res, NOT_FOR_TOKEN);
  next(error);
};

/** 401, as for everybody without a token that lets in. */
export function refuseStranger(req: Request, res: Response): void {
  res.set("WWW-Authenticate", 'Bearer realm="imagedex"');
  sendProblem(req, res, { status: 401, detail: "This server needs a token: send Authorization: Bearer TOKEN." });
}

/** Lets admins pass, whatever the method: for what readers may not even look at. Comes after `admit`. */
export function requireAdmin(req: Request, res: Response, next: NextFunction): void {
  if (findAsker(res)?.scope === "admin") return next();
  sendProblem(req, res, { status: 403, detail: "This needs an admin token." });
}

/** Whether who was let in would still be, for answers that go on. */
export function isStillAdmitted(res: Response, tokens: TokenKeeper): boolean {
  const { tokenHash } = askerOf(res);
  if (!tokenHash) return tokens.isOpen();
  try {
    return tokens.find(tokenHash) !== undefined;
  } catch {
    // A node that cannot know whether the token was revoked.
    return false;
  }
}

/** Those of the backends that exist for who asks. Throws where nobody found out who that is. */
export function visibleBackends<T extends Pick<Backend, "id">>(res: Response, backends: readonly T[]): readonly T[] {
  const { backends: allowed } = askerOf(res);
  return allowed === "all" ? backends : backends.filter(({ id }) => allowed.has(id));
}

function readBearer(header: string): Buffer | undefined {
  const given = /^Bearer +(\S+)$/i.exec(header)?.[1];
  return given === undefined ? undefined : hashToken(given);
}

function isUnsafe({ method }: Request): boolean {
  return method !== "GET" && method !== "HEAD";
}

/**
 * Browsers send cookies, and reach servers on their own machine, whichever page makes them: only this server's page may use
 * that. No page can send a token that it does not have.
 */
function isOwnWish(req: Request, by: Asker["by"], corsOrigins: readonly string[]): boolean {
  if (by === "token") return true;
  const origin = originOf(req);
  if (by === "session") return origin === "own";
  return origin !== "foreign" || corsOrigins.includes(req.get("origin") ?? "");
}

/** Searching, looking up and what agents do by POST reads as well. */
function isReading(req: Request): boolean {
  return !isUnsafe(req) || /^(\/backends\/[^/]+)?\/images\/?$|^\/(images\/lookup|mcp)\/?$/i.test(req.path);
}
