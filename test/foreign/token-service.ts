import { sign } from "node:crypto";
import { SERVER } from "../fakes/tls-pairs.ts";
import { type JsonServer, startJsonServer } from "../fakes/json-server.ts";

/** Who gives a registry's tokens to whoever shows this Basic authorization: all that is asked for. */
export function startTokenService(authorization: string): Promise<JsonServer> {
  return startJsonServer(({ headers, query }) => {
    if (headers.authorization !== authorization) return { status: 401, json: {} };
    return { json: { token: writeToken(query.get("service") ?? "", query.get("scope") ?? "") } };
  });
}

/** The `auth` of a registry that sends to the service for tokens and believes what `SERVER`'s key has signed. */
export function tokenAuth(service: JsonServer, rootcertbundle: string): object {
  return { token: { realm: `${service.url}/token`, service: "lab", issuer: "tests", rootcertbundle } };
}

/** https://distribution.github.io/distribution/spec/auth/jwt/ */
function writeToken(audience: string, scope: string): string {
  const [, type, name, actions = ""] = /^([^:]+):(.+):([^:]+)$/.exec(scope) ?? [];
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "tests",
    sub: "kim",
    aud: audience,
    exp: now + 60,
    nbf: now - 60,
    iat: now,
    jti: String(now),
    access: [{ type, name, actions: actions.split(",") }],
  };
  const x5c = [SERVER.certificate.replace(/-----[^-]+-----|\s/g, "")];
  const signed = [{ typ: "JWT", alg: "ES256", x5c }, claims].map((part) => encode(JSON.stringify(part))).join(".");
  const signature = sign("sha256", Buffer.from(signed), { key: SERVER.key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${encode(signature)}`;
}

function encode(data: string | Buffer): string {
  return Buffer.from(data).toString("base64url");
}
