import { createHmac, randomBytes } from "node:crypto";
import { listAccessTokens } from "../record/access-tokens.ts";
import type { Record } from "../record/record.ts";
import { type Catalogue, catalogueVersion } from "../catalogue/file/open-catalogue.ts";
import { BusyError } from "../errors.ts";
import type { AccessToken } from "./access-token.ts";

/** The accepted tokens: those of the settings, and those of the catalogue as they are now. */
export interface TokenKeeper {
  /**
   * Undefined for a token that is unknown, revoked or expired. Throws BusyError for a stored token on a node that has lost its
   * record for too long, since it may have been revoked. Takes microseconds.
   */
  find(hash: Buffer): AccessToken | undefined;
  /** Whether no token is needed: there is none, not even an expired one, and only this machine can ask. */
  isOpen(): boolean;
  /** Whether there is a valid token. */
  hasCurrent(): boolean;
  /** Stores which tokens were used since the last time. */
  recordUses(): Promise<void>;
}

interface KeeperOptions {
  readonly catalogue: Catalogue;
  readonly record: Record;
  /** From the settings. */
  readonly configured: readonly AccessToken[];
  /** Only a loopback address is listened to. */
  readonly isLocal: boolean;
  /** For a node: how far it is behind its record. */
  readonly node?: { status(): { readonly isTooOld: boolean; readonly lagMs: number } } | undefined;
  readonly now: () => string;
}

export function createTokenKeeper({ catalogue, record, configured, isLocal, node, now }: KeeperOptions): TokenKeeper {
  // Tokens are looked up by a hash that only this process can make, so that the time it takes reveals nothing.
  const blind = randomBytes(32);
  const blinded = (hash: Buffer): string => createHmac("sha256", blind).update(hash).digest("base64");
  const uses = new Map<string, string>();
  let version = "";
  let tokens: ReadonlyMap<string, AccessToken> = new Map();
  const current = (): ReadonlyMap<string, AccessToken> => {
    const newest = catalogueVersion(catalogue);
    if (newest === version) return tokens;
    // If both have the same token, the settings win.
    tokens = new Map([...readTokens(catalogue), ...configured].map((token) => [blinded(token.hash), token]));
    version = newest;
    return tokens;
  };
  const isCurrent = ({ expiresAt }: AccessToken): boolean => expiresAt === undefined || now() < expiresAt;

  return {
    find(hash) {
      const token = current().get(blinded(hash));
      if (!token || !isCurrent(token)) return undefined;
      if (token.id !== undefined) refuseTooOld(node?.status());
      if (token.id !== undefined) uses.set(token.id, now());
      return token;
    },
    isOpen: () => isLocal && current().size === 0,
    hasCurrent: () => [...current().values()].some(isCurrent),
    async recordUses() {
      if (uses.size === 0) return;
      const used = new Map(uses);
      uses.clear();
      await record.noteTokenUses(used);
    },
  };
}

function refuseTooOld(status: { readonly isTooOld: boolean; readonly lagMs: number } | undefined): void {
  if (!status?.isTooOld) return;
  const since = Number.isFinite(status.lagMs) ? ` for ${Math.round(status.lagMs / 1000)} s` : "";
  throw new BusyError(
    `this node has not reached the record (PostgreSQL)${since}, so stored tokens are not accepted; ask another node`,
    TOO_OLD_RETRY_S,
  );
}

const TOO_OLD_RETRY_S = 30;

function readTokens(catalogue: Catalogue): AccessToken[] {
  return listAccessTokens(catalogue).map(({ id, hash, scope, backends, expiresAt }) => ({
    id,
    hash: Buffer.from(hash, "hex"),
    scope,
    backends: backends === null ? undefined : new Set(backends),
    expiresAt: expiresAt ?? undefined,
  }));
}
