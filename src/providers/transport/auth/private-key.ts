import { createPrivateKey, type KeyObject } from "node:crypto";
import { z } from "zod";

/** An RSA key as unencrypted PEM, its lines also joined by `\\n` as in JSON and settings. Issues quote nothing of it. */
export function rsaPrivateKey(expected: string): z.ZodType<KeyObject, unknown> {
  return z.string(expected).transform((pem, context) => {
    const key = readKey(unfold(pem));
    if (key?.asymmetricKeyType === "rsa") return key;
    context.addIssue(expected);
    return z.NEVER;
  });
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/** PEM in lines: settings join them by `\\n`, and forms drop where they end. */
export function unfold(pem: string): string {
  return pem.replaceAll("\\n", "\n").replace(PEM, (_, kind: string, body: string) => {
    const lines = body.replace(/\s+/g, "").match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`].join("\n");
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
