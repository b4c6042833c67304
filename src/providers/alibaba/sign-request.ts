import { createHash, createHmac } from "node:crypto";

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

export interface SignedRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly action: string;
  readonly version: string;
  readonly time: Date;
  /** Never used before. */
  readonly nonce: string;
}

const ALGORITHM = "ACS3-HMAC-SHA256";

/**
 * The headers of a request without a body, signature included (signature method V3). The query must be written as
 * `encodeQuery` does, and a request that is sent again must be signed again: nonces are good for one.
 * https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function signRequest({ id, secret }: AccessKey, request: SignedRequest): { [name: string]: string } {
  const { method, url, action, version, time, nonce } = request;
  const bodyHash = sha256("");
  const headers = {
    host: url.host,
    "x-acs-action": action,
    "x-acs-content-sha256": bodyHash,
    "x-acs-date": time.toISOString().replace(/\.\d{3}/, ""),
    "x-acs-signature-nonce": nonce,
    "x-acs-version": version,
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, url.pathname, url.search.slice(1), lines.join(""), names, bodyHash].join("\n");
  const signature = createHmac("sha256", secret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest("hex");
  return { ...headers, authorization: `${ALGORITHM} Credential=${id},SignedHeaders=${names},Signature=${signature}` };
}

/** A query as it is signed and sent: sorted, and encoded by RFC 3986, which forms are not. */
export function encodeQuery(parameters: { readonly [name: string]: string }): string {
  return Object.entries(parameters)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
