import { randomUUID } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import type { AccessToken } from "./access-token.ts";

/** Who logged in, as a cookie tells; whether that token still lets in is another question. */
export interface Session {
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Sessions of browsers. A session is what its cookie says, sealed under the secret key: it outlives a restart, and lets in only as long
 * as its token does.
 */
export interface Sessions {
  begin(req: Request, res: Response, token: AccessToken): Session;
  /** Undefined without a session that goes on. */
  read(req: Request): Session | undefined;
  /** Ends the request's session: its cookie is taken back, and a copy of it does not count in this process any more. */
  end(req: Request, res: Response): void;
}

export const SESSION_COOKIE = "imagedex_session";
const LIFE_MS = 7 * 24 * 60 * 60 * 1000;
/** The oldest is forgotten for a new one; each may be a copy of a cookie that was stolen before its user logged out. */
const MAX_ENDED = 10_000;

export function createSessions(box: SecretBox, now: () => string): Sessions {
  const ended = new Set<string>();
  const open = (req: Request): { id: string; session: Session } | undefined => {
    const [id, hash, expiresAt] = unseal(box, readCookie(req));
    if (!id || !hash || !expiresAt || expiresAt <= now() || ended.has(id)) return undefined;
    return { id, session: { hash: Buffer.from(hash, "hex"), expiresAt } };
  };
  return {
    begin(req, res, { hash, expiresAt: latest }) {
      const at = Date.parse(now());
      const planned = new Date(at + LIFE_MS).toISOString();
      const expiresAt = latest !== undefined && latest < planned ? latest : planned;
      const sealed = box.seal([randomUUID(), hash.toString("hex"), expiresAt].join(" "), SESSION_COOKIE);
      res.cookie(SESSION_COOKIE, sealed, { ...attributes(req), maxAge: Date.parse(expiresAt) - at });
      return { hash, expiresAt };
    },
    read: (req) => open(req)?.session,
    end(req, res) {
      const id = open(req)?.id;
      const [oldest] = ended;
      if (oldest !== undefined && ended.size >= MAX_ENDED) ended.delete(oldest);
      if (id !== undefined) ended.add(id);
      res.clearCookie(SESSION_COOKIE, attributes(req));
    },
  };
}

/** No script reads the cookie, no other site's page sends it; over TLS it stays there, whoever ends the TLS: the page's origin tells. */
function attributes(req: Request): CookieOptions {
  const secure = req.secure || (req.get("origin")?.startsWith("https:") ?? false);
  return { httpOnly: true, sameSite: "strict", path: "/", secure };
}

function readCookie(req: Request): string | undefined {
  const cookies = req.get("cookie")?.split(";") ?? [];
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`))
    ?.slice(SESSION_COOKIE.length + 1);
}

function unseal(box: SecretBox, sealed: string | undefined): readonly string[] {
  if (sealed === undefined) return [];
  try {
    return box.open(sealed, SESSION_COOKIE).split(" ");
  } catch {
    // Made under another key, or made up.
    return [];
  }
}
