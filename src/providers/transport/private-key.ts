import { createPrivateKey, type KeyObject } from "node:crypto";
import { z } from "zod";

/** An RSA key as unencrypted PEM, its lines also joined by `\\n` as in JSON and settings. Issues quote nothing of it. */
export function rsaPrivateKey(expected: string): z.ZodType<KeyObject, unknown> {
  return z.string(expected).transform((pem, context) => {
    const key = readKey(pem.replaceAll("\\n", "\n"));
    if (key?.asymmetricKeyType === "rsa") return key;
    context.addIssue(expected);
    return z.NEVER;
  });
}

/** A key as unencrypted PEM; null when it is none. */
export function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
