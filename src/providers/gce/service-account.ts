import { type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import { requestAccessToken } from "../transport/auth/access-token.ts";
import type { Authorization } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { rsaPrivateKey } from "../transport/auth/private-key.ts";

/** A service account's key, as Google gives it as a file. */
export interface ServiceAccount {
  readonly email: string;
  readonly keyId: string | undefined;
  readonly key: KeyObject;
  /** Where its assertions are exchanged for access tokens. */
  readonly tokenUrl: URL;
  /** The project that the account belongs to. */
  readonly projectId: string | undefined;
}

/** All that listing images needs. */
export const SCOPE = "https://www.googleapis.com/auth/compute.readonly";
const TOKEN_URL = "https://oauth2.googleapis.com/token";
/** Google refuses assertions for longer. */
const LIFETIME_S = 3600;

const EXPECTED = "expected the JSON of a service account key";

const keyFile = z.object({
  type: z.literal("service_account"),
  client_email: z.string().min(1),
  private_key: rsaPrivateKey("expected a PEM key"),
  private_key_id: z.string().optional(),
  project_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default(TOKEN_URL),
});

/** Reads the text of a key file. Its issues name the member at fault and quote nothing. */
export const serviceAccountKey: z.ZodType<ServiceAccount, unknown> = z.string(EXPECTED).transform((text, context) => {
  const read = keyFile.safeParse(parseJson(text));
  if (read.success) {
    const { client_email: email, private_key: key, private_key_id: keyId, project_id: projectId } = read.data;
    return { email, key, keyId, projectId, tokenUrl: new URL(read.data.token_uri) };
  }
  const member = read.error.issues[0]?.path.join(".");
  context.addIssue(EXPECTED + (member ? `; its ${member} is missing or wrong` : ""));
  return z.NEVER;
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Exchanges an assertion signed with the account's key for an access token (RFC 7523). Not left to a library: the key
 * says where to, and only our own transport keeps it from link-local addresses.
 */
export async function signInAsServiceAccount(client: JsonClient, account: ServiceAccount): Promise<Authorization> {
  const { email, key, keyId, tokenUrl } = account;
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: "RS256", typ: "JWT", ...(keyId !== undefined && { kid: keyId }) };
  const claims = { iss: email, scope: SCOPE, aud: tokenUrl.href, iat: now, exp: now + LIFETIME_S };
  const unsigned = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const assertion = `${unsigned}.${sign("sha256", Buffer.from(unsigned), key).toString("base64url")}`;
  client.hide(assertion);
  const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
  return requestAccessToken(client, { url: tokenUrl, form });
}
