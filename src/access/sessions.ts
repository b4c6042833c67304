import { randomUUID } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import type { SecretBox } from "../catalogue/file/secret-box.ts";
import type { AccessToken } from "./access-token.ts";

/** Who logged in, according to a cookie. Whether the token is still valid is checked elsewhere. */
export interface Session {
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Sessions of browsers. A session is the sealed content of its cookie. It survives a restart, and is valid only as long as its
 * token.
 */
export interface Sessions {
  begin(req: Request, res: Response, token: AccessToken): Session;
  /** Undefined without a valid session. */
  read(req: Request): Session | undefined;
  /** Ends the request's session: clears its cookie, and refuses copies of it from when this resolves, until the server ends. */
  end(req: Request, res: Response): Promise<void>;
}

/** Ended sessions that are remembered, because copies of their cookies may have been stolen; the oldest is forgotten first. */
export interface EndedSessions {
  has(id: string): boolean;
  add(id: string): Promise<void>;
}

export const SESSION_COOKIE = "imagedex_session";
const LIFE_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_ENDED = 10_000;

/** The ended sessions that one process remembers. */
export function rememberEnded(): EndedSessions & { readonly ids: ReadonlySet<string>; note(id: string): void } {
  const ids = new Set<string>();
  const note = (id: string): void => {
    const [oldest] = ids;
    if (oldest !== undefined && ids.size >= MAX_ENDED) ids.delete(oldest);
    ids.add(id);
  };
  return { ids, note, has: (id) => ids.has(id), add: async (id) => note(id) };
}

export function createSessions(box: SecretBox, now: () => string, ended: EndedSessions = rememberEnded()): Sessions {
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
    async end(req, res) {
      const id = open(req)?.id;
      if (id !== undefined) await ended.add(id);
      res.clearCookie(SESSION_COOKIE, attributes(req));
    },
  };
}

/**
 * No script can read the cookie, and no other site's page can send it. It is Secure if the page's origin is https, also behind
 * a proxy that ends TLS.
 */
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
    // Sealed with another key, or forged.
    return [];
  }
}
