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

/** The asker where no token is needed, and on this machine's command line. */
export const NOBODY: Omit<Asker, "scope"> = {
  by: "nobody",
  backends: "all",
  tokenHash: undefined,
  expiresAt: undefined,
};

/** The asker with read access only, for requests made in their name. */
export function readerOf(res: Response): Asker {
  return { ...askerOf(res), scope: "read" };
}

/** Admits the asker that `identify` found, as far as their token allows. */
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
    // Backends outside a token's list answer as if they did not exist.
    if (backend === undefined ? !isReading(req) : !backends.has(decodeURIComponent(backend)))
      return sendProblem(req, res, NOT_FOR_TOKEN);
    // With other credentials, or none, a backend would show somebody else's cloud.
    if (/^\/backends\/[^/]+\/?$/i.test(req.path) && !isReading(req))
      return sendProblem(req, res, {
        status: 403,
        detail: "Changing or removing a backend needs a token for all backends; yours is for some.",
      });
    next();
  };
}

const NOT_FOR_TOKEN = { status: 404, detail: "no such backend for this token" };

/** Hides the ids that an unknown-backend error proposes from tokens for some backends only. Comes before `problemHandler`. */
export const concealBackends: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (error instanceof UnknownBackendError && !res.headersSent && findAsker(res)?.backends !== "all")
    return sendProblem(req, res, NOT_FOR_TOKEN);
  next(error);
};

/** 401, the answer for everybody without a valid token. */
export function refuseStranger(req: Request, res: Response): void {
  res.set("WWW-Authenticate", 'Bearer realm="imagedex"');
  sendProblem(req, res, { status: 401, detail: "This server needs a token: send Authorization: Bearer TOKEN." });
}

/** Admits only admins, for any method: for what readers may not see. Comes after `admit`. */
export function requireAdmin(req: Request, res: Response, next: NextFunction): void {
  if (findAsker(res)?.scope === "admin") return next();
  sendProblem(req, res, { status: 403, detail: "This needs an admin token." });
}

/** Whether the asker would still be admitted, for answers that take long. */
export function isStillAdmitted(res: Response, tokens: TokenKeeper): boolean {
  const { tokenHash } = askerOf(res);
  if (!tokenHash) return tokens.isOpen();
  try {
    return tokens.find(tokenHash) !== undefined;
  } catch {
    // A node without its record cannot know whether the token was revoked.
    return false;
  }
}

/** The backends that the asker may see. Throws if `identify` did not run. */
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
 * A browser sends cookies, and reaches servers on its own machine, for any page. Only this server's own page may use that. No
 * page can send a token that it does not have.
 */
function isOwnWish(req: Request, by: Asker["by"], corsOrigins: readonly string[]): boolean {
  if (by === "token") return true;
  const origin = originOf(req);
  if (by === "session") return origin === "own";
  return origin !== "foreign" || corsOrigins.includes(req.get("origin") ?? "");
}

/** Searches, look-ups and agents' calls read, although they use POST. */
function isReading(req: Request): boolean {
  return !isUnsafe(req) || /^(\/backends\/[^/]+)?\/images\/?$|^\/(images\/lookup|mcp)\/?$/i.test(req.path);
}
