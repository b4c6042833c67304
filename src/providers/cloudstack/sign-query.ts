import { createHmac } from "node:crypto";

/**
 * A query with its signature: of the names and values in small letters, sorted by name.
 * https://docs.cloudstack.apache.org/en/latest/developersguide/dev.html#signing-api-requests
 */
export function signQuery(parameters: { readonly [name: string]: string }, secret: string): string {
  const written = Object.entries(parameters)
    .map(([name, value]) => [name, encode(value)] as const)
    .toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const signature = createHmac("sha1", secret).update(written.toLowerCase()).digest("base64");
  return `${written}&signature=${encodeURIComponent(signature)}`;
}

/** As Java's URLEncoder, by which the server checks the signature; but a space is `%20`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
