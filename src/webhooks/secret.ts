import { createHmac, randomBytes } from "node:crypto";

/*
 * Secrets and signatures as Standard Webhooks 1.0.0 has them: `whsec_` and base64 of 24 to 64 bytes; HMAC-SHA256.
 */

const PREFIX = "whsec_";
const LEAST_BYTES = 24;
const MOST_BYTES = 64;
const NEW_BYTES = 32;

/** What a secret must look like, for people. */
export const SECRET_EXPECTED = `expected ${PREFIX} and ${LEAST_BYTES} to ${MOST_BYTES} bytes as base64`;

export function createSecret(): string {
  return PREFIX + randomBytes(NEW_BYTES).toString("base64");
}

export function isSecret(text: string): boolean {
  const key = keyOf(text);
  // Buffer skips invalid characters that other languages refuse.
  const isBase64 = text === PREFIX + key.toString("base64");
  return isBase64 && key.length >= LEAST_BYTES && key.length <= MOST_BYTES;
}

/** A message's `webhook-signature`; `timestamp` is that of the try, in seconds since 1970. */
export function signMessage(
  secret: string,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
): string {
  return `v1,${createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), "base64");
}
