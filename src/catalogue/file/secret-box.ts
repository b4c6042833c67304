import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from "node:crypto";
import { ConfigError } from "../../errors.ts";
import type { SecretKey } from "./secret-key.ts";

/** Seals the secrets of backends for the database, and opens them for the sync. Without a key all of it throws ConfigError. */
export interface SecretBox {
  /** Why there is no key; undefined when there is one. */
  readonly missing: string | undefined;
  /** `v1.<nonce>.<tag>.<ciphertext>`, base64url. `context` is bound to it: moved to another row it does not open. */
  seal(plain: string, context: string): string;
  /** Throws ConfigError when sealed with another key, or damaged. */
  open(sealed: string, context: string): string;
  /** Names a text without telling it: equal for equal texts under one key. 16 hexadecimal digits. */
  fingerprint(plain: string): string;
}

/** Fixed: the key must be the same after every start, and the passphrase is long and random already. */
const SALT = "imagedex secret box v1";

/** A tag that is cut short would be easier to guess, and OpenSSL would take it. */
const TAG_BYTES = 16;

/** Derives the AES-256 key from a passphrase (32 characters or more) with scrypt. */
export function createSecretBox(secretKey: SecretKey): SecretBox {
  let derived: Buffer | undefined;
  // Derived at first use: scrypt takes 50 ms, which a start without secrets need not spend.
  const key = (): Buffer => (derived ??= derive(secretKey));
  return {
    missing: typeof secretKey === "string" ? undefined : secretKey.missing,
    seal(plain, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key(), nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return ["v1", ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"))].join(".");
    },
    fingerprint: (plain) => createHmac("sha256", key()).update(`fingerprint ${plain}`).digest("hex").slice(0, 16),
    open(sealed, context) {
      const [version, nonce, tag, body] = sealed.split(".");
      const opener = key();
      try {
        if (version !== "v1" || !nonce || !tag || body === undefined) throw new Error("not a sealed secret");
        const decipher = createDecipheriv("aes-256-gcm", opener, Buffer.from(nonce, "base64url"), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(context))
          .setAuthTag(Buffer.from(tag, "base64url"));
        return decipher.update(Buffer.from(body, "base64url"), undefined, "utf8") + decipher.final("utf8");
      } catch (cause) {
        throw new ConfigError(
          `the stored secret of ${context} cannot be decrypted; expected the IMAGEDEX_SECRET_KEY (or key file) that it was sealed with`,
          { cause },
        );
      }
    },
  };
}

function derive(secretKey: SecretKey): Buffer {
  if (typeof secretKey !== "string") throw new ConfigError(secretKey.missing);
  return scryptSync(secretKey, SALT, 32);
}
