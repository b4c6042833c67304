import { X509Certificate } from "node:crypto";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { readKey } from "./private-key.ts";

/** What a client shows servers, and by what it knows them. */
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

function unfold(pem: string): string {
  return pem.replaceAll("\\n", "\n");
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readCertificates(text: string): X509Certificate[] | null {
  try {
    return (text.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return null;
  }
}
