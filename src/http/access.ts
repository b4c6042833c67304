import { createHash, timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Backend } from "../catalogue/backends.ts";
import { sendProblem } from "./problems.ts";

/** What a token lets its bearer do; only its hash is kept. */
export interface AccessToken {
  /** SHA-256. */
  readonly hash: Buffer;
  /** `read`: search and look. `admin`: all. */
  readonly scope: "read" | "admin";
  /** The backends it is for; all when undefined. */
  readonly backends?: ReadonlySet<string> | undefined;
}

/** Lets in who bears one of these tokens, as far as the token goes; without tokens, everybody. */
export function authenticate(tokens: readonly AccessToken[]): RequestHandler {
  return (req, res, next) => {
    if (tokens.length === 0) {
      res.locals["scope"] = "admin";
      return next();
    }
    const token = findToken(tokens, req.get("authorization"));
    if (!token) {
      res.set("WWW-Authenticate", 'Bearer realm="imagedex"');
      return sendProblem(req, res, {
        status: 401,
        detail: "expected Authorization: Bearer with a token of this server",
      });
    }
    if (token.scope !== "admin" && !isReading(req)) {
      return sendProblem(req, res, { status: 403, detail: "this token may read only; expected one of scope admin" });
    }
    const backend = /^\/backends\/([^/]+)/i.exec(req.path)?.[1];
    if (
      token.backends &&
      (backend === undefined ? !isReading(req) : !token.backends.has(decodeURIComponent(backend)))
    ) {
      // What a token is not for does not exist for its bearer.
      return sendProblem(req, res, { status: 404, detail: `no such backend for this token` });
    }
    res.locals["backends"] = token.backends;
    res.locals["scope"] = token.scope;
    next();
  };
}

/** Lets admins pass, whatever the method: for what readers may not even look at. Comes after `authenticate`. */
export function requireAdmin(req: Request, res: Response, next: NextFunction): void {
  if (res.locals["scope"] === "admin") return next();
  sendProblem(req, res, { status: 403, detail: "not for this token; expected one of scope admin" });
}

/** Those of the backends that the request's token is for. */
export function visibleBackends<T extends Pick<Backend, "id">>(res: Response, backends: readonly T[]): readonly T[] {
  const allowed: unknown = res.locals["backends"];
  return allowed instanceof Set ? backends.filter(({ id }) => allowed.has(id)) : backends;
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Compares with every token, each in constant time: how long it takes tells nothing. */
function findToken(tokens: readonly AccessToken[], header: string | undefined): AccessToken | undefined {
  const given = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
  const hash = hashToken(given ?? "");
  const matching = tokens.filter((token) => timingSafeEqual(token.hash, hash));
  return given === undefined ? undefined : matching[0];
}

/** Searching by POST reads as well. */
function isReading(req: Request): boolean {
  return req.method === "GET" || req.method === "HEAD" || /^(\/backends\/[^/]+)?\/images\/?$/i.test(req.path);
}
