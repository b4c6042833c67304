import { createHmac, randomBytes } from "node:crypto";
import { listAccessTokens } from "../record/access-tokens.ts";
import type { Record } from "../record/record.ts";
import { type Catalogue, catalogueVersion } from "../catalogue/file/open-catalogue.ts";
import type { AccessToken } from "./access-token.ts";

/** The accepted tokens: those of the settings, and those of the catalogue as they are now. */
export interface TokenKeeper {
  /** Undefined for a token that is not known, was revoked or has expired. Takes microseconds. */
  find(hash: Buffer): AccessToken | undefined;
  /** Whether everybody is let in: there is no token, not even an expired one, and only this machine can ask. */
  isOpen(): boolean;
  /** Whether there is a token that lets in. */
  hasCurrent(): boolean;
  /** Stores which tokens were used since the last time. */
  recordUses(): Promise<void>;
}

interface KeeperOptions {
  readonly catalogue: Catalogue;
  readonly record: Record;
  /** Of the settings. */
  readonly configured: readonly AccessToken[];
  /** Only a loopback address is listened to. */
  readonly isLocal: boolean;
  readonly now: () => string;
}

export function createTokenKeeper({ catalogue, record, configured, isLocal, now }: KeeperOptions): TokenKeeper {
  // Tokens are looked up by a hash that only this process can make: how long that takes tells nobody anything.
  const blind = randomBytes(32);
  const blinded = (hash: Buffer): string => createHmac("sha256", blind).update(hash).digest("base64");
  const uses = new Map<string, string>();
  let version = "";
  let tokens: ReadonlyMap<string, AccessToken> = new Map();
  const current = (): ReadonlyMap<string, AccessToken> => {
    const newest = catalogueVersion(catalogue);
    if (newest === version) return tokens;
    // Where both have a token, the settings' word counts.
    tokens = new Map([...readTokens(catalogue), ...configured].map((token) => [blinded(token.hash), token]));
    version = newest;
    return tokens;
  };
  const isCurrent = ({ expiresAt }: AccessToken): boolean => expiresAt === undefined || now() < expiresAt;

  return {
    find(hash) {
      const token = current().get(blinded(hash));
      if (!token || !isCurrent(token)) return undefined;
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

function readTokens(catalogue: Catalogue): AccessToken[] {
  return listAccessTokens(catalogue).map(({ id, hash, scope, backends, expiresAt }) => ({
    id,
    hash: Buffer.from(hash, "hex"),
    scope,
    backends: backends === null ? undefined : new Set(backends),
    expiresAt: expiresAt ?? undefined,
  }));
}
