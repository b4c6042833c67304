import { createHash } from "node:crypto";

/** What a token lets its bearer do; only its hash is kept. */
export interface AccessToken {
  /** Its name in the catalogue; tokens of the settings have none. */
  readonly id?: string | undefined;
  /** SHA-256. */
  readonly hash: Buffer;
  /** `read`: search and look. `admin`: all. */
  readonly scope: "read" | "admin";
  /** The backends it is for; all when undefined. */
  readonly backends?: ReadonlySet<string> | undefined;
  /** From then on it lets nobody in: ISO 8601, UTC. */
  readonly expiresAt?: string | undefined;
}

/** SHA-256 of a token, which is all that is kept of it. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
