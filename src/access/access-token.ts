import { createHash } from "node:crypto";

/** What a token lets its bearer do; only its hash is kept. */
export interface AccessToken {
  /** Its name in the catalogue; tokens of the settings have none. */
  readonly id?: string | undefined;
  /** SHA-256. */
  readonly hash: Buffer;
  /** `read`: search and view. `admin`: everything. */
  readonly scope: "read" | "admin";
  /** The backends that it may see; undefined: all. */
  readonly backends?: ReadonlySet<string> | undefined;
  /** When it expires: ISO 8601, UTC. */
  readonly expiresAt?: string | undefined;
}

/** SHA-256 of a token. The token itself is not kept. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
