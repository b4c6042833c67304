import { X509Certificate } from "node:crypto";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { z } from "zod";
import { readKey, unfold } from "../auth/private-key.ts";

/** The certificate that a client shows, and those by which it knows servers. */
export interface TlsIdentity {
  /** For servers that ask for one; the key as PEM. */
  readonly client?: { readonly certificate: X509Certificate; readonly key: string };
  /** The servers' own certificates or those of their authorities; when there are none, all that the system trusts. */
  readonly trusted: readonly X509Certificate[];
}

export type ReadIdentity =
  | { readonly outcome: "identity"; readonly identity: TlsIdentity }
  | { readonly outcome: "wrong"; readonly field: "apikey" | "apisecret"; readonly expected: string };

/**
 * Reads a client's certificate with its `key`, and beside it, in any order, those that its servers are known by: all as
 * PEM, one after the other. Without a key all are the servers'. Lines may be joined by `\\n`, as in settings. What is
 * said of wrong ones quotes nothing of them.
 */
export function readIdentity(certificates: string, key: string | undefined): ReadIdentity {
  const all = readCertificates(unfold(certificates));
  if (!all?.length) return { outcome: "wrong", field: "apikey", expected: "expected a certificate (PEM)" };
  if (key === undefined) return { outcome: "identity", identity: { trusted: all } };
  const read = readKey(unfold(key));
  if (!read) return { outcome: "wrong", field: "apisecret", expected: "expected a private key (PEM, not encrypted)" };
  const certificate = all.find((candidate) => candidate.checkPrivateKey(read));
  if (!certificate) return { outcome: "wrong", field: "apisecret", expected: "expected the key of the certificate" };
  const trusted = all.filter((other) => other !== certificate);
  return { outcome: "identity", identity: { client: { certificate, key: unfold(key) }, trusted } };
}

/**
 * For connections as `identity`. A server whose very certificate is trusted is itself, whatever name it is called by:
 * those that make their own certificate (Incus, LXD) seldom know all their names.
 */
export function tlsOptions({
  client,
  trusted,
}: TlsIdentity): Pick<ConnectionOptions, "ca" | "cert" | "checkServerIdentity" | "key"> {
  const known = new Set(trusted.map(({ fingerprint256 }) => fingerprint256));
  return {
    ...(client && { cert: client.certificate.toString(), key: client.key }),
    ...(trusted.length > 0 && {
      ca: trusted.map((certificate) => certificate.toString()),
      checkServerIdentity: (host, peer) =>
        known.has(peer.fingerprint256) ? undefined : checkServerIdentity(host, peer),
    }),
  };
}

/** The identity, with more certificates that servers are known by. */
export function withTrusted(identity: TlsIdentity, more: TlsIdentity | undefined): TlsIdentity {
  return { ...identity, trusted: [...identity.trusted, ...(more?.trusted ?? [])] };
}

/** For forms and help. */
export const CA_CERT = "certificate (PEM) of the server or of its authority, if the system does not trust it";

/** Which certificates (PEM, one after the other) a cloud's servers are known by. */
export const caCertificates: z.ZodType<TlsIdentity | undefined, unknown> = z
  .string("expected a certificate (PEM)")
  .transform((text, context): TlsIdentity => {
    const trusted = readCertificates(unfold(text));
    if (!trusted?.length) context.addIssue("expected a certificate (PEM)");
    return { trusted: trusted ?? [] };
  })
  .optional();

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readCertificates(text: string): X509Certificate[] | null {
  try {
    return (text.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return null;
  }
}
