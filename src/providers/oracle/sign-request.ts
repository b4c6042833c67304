import { type KeyObject, sign } from "node:crypto";

/** An API signing key of a user. */
export interface SigningKey {
  /** TENANCY/USER/FINGERPRINT. */
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * The headers of a GET sent at `date` (as HTTP writes it), signature (version 1) included. It is good for five minutes.
 * https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm
 */
export function signRequest({ id, key }: SigningKey, url: URL, date: string): { [name: string]: string } {
  const lines = [`date: ${date}`, `(request-target): get ${url.pathname}${url.search}`, `host: ${url.host}`];
  const signature = sign("sha256", Buffer.from(lines.join("\n")), key).toString("base64");
  const parameters = {
    version: "1",
    headers: "date (request-target) host",
    keyId: id,
    algorithm: "rsa-sha256",
    signature,
  };
  const written = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return { date, authorization: `Signature ${written.join(",")}` };
}
