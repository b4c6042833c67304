import { createHash } from "node:crypto";

/** Who may sign streams. */
export interface Keyring {
  /** The same for the same keys, and no secret: it tells sources apart that are believed for other reasons. */
  readonly fingerprint: string;
  /**
   * The text that a clear-signed message (RFC 9580, section 7) holds. Rejects with an error that says why none of the keys vouches
   * for it.
   */
  verify(message: string): Promise<string>;
}

const BLOCK = /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/** The public keys as `gpg --export --armor` writes them, one block or several; undefined where a text holds none. */
export function readKeyring(text: string): Keyring | undefined {
  const blocks = text.match(BLOCK);
  if (!blocks) return undefined;
  return {
    fingerprint: createHash("sha256").update(blocks.join("\n")).digest("hex").slice(0, 16),
    async verify(message) {
      // Loaded by who has a keyring alone.
      const openpgp = await import("openpgp");
      const read = await Promise.all(blocks.map(async (armoredKeys) => openpgp.readKeys({ armoredKeys })));
      const { data, signatures } = await openpgp.verify({
        message: await openpgp.readCleartextMessage({ cleartextMessage: message }),
        verificationKeys: read.flat(),
      });
      // One that is trusted is enough: a stream may be signed by an old key and by the next.
      const verdicts = await Promise.allSettled(signatures.map(async ({ verified }) => verified));
      if (verdicts.some(({ status }) => status === "fulfilled")) return data;
      const reasons = verdicts.flatMap((verdict) => (verdict.status === "rejected" ? [String(verdict.reason)] : []));
      throw new Error(reasons.join("; ").replaceAll("Error: ", "") || "it has no signature");
    },
  };
}
