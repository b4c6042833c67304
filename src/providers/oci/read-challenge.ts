/** Asks for a token that another service gives. */
export interface BearerChallenge {
  readonly scheme: "bearer";
  /** Who gives tokens. */
  readonly realm: string;
  readonly service: string | undefined;
}

/** How a registry wants to be asked (RFC 9110, 11.6.1). */
export type Challenge = { readonly scheme: "basic" } | BearerChallenge;

/** Reads a `WWW-Authenticate`; null for one that says nothing that we could do. */
export function readChallenge(header: string | null): Challenge | null {
  const [, scheme = "", rest = ""] = /^\s*([a-z]+)\b(.*)$/is.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "basic") return { scheme: "basic" };
  if (scheme.toLowerCase() !== "bearer") return null;
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, bare] of rest.matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "");
  }
  const realm = parameters.get("realm");
  return realm ? { scheme: "bearer", realm, service: parameters.get("service") } : null;
}
