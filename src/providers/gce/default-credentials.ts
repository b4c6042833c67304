import type { GoogleAuth } from "google-auth-library";
import type { Authorization } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { SCOPE } from "./service-account.ts";

/**
 * Signs in with Application Default Credentials: those of the machine, of its user's gcloud, or of a workload identity,
 * in all their kinds, which is what the library is for. It looks for them itself, also on the metadata server.
 */
export async function signInWithDefaultCredentials(client: JsonClient, url: string): Promise<Authorization> {
  const { authorization } = await useDefaultCredentials(client, url);
  return authorization;
}

/**
 * The account of the Application Default Credentials, after a token was issued to it; undefined where the library does not
 * know it, as of a user's own login.
 */
export async function findDefaultAccount(client: JsonClient, url: string): Promise<string | undefined> {
  const { auth } = await useDefaultCredentials(client, url);
  try {
    const { client_email: email } = await auth.getCredentials();
    return email || undefined;
  } catch {
    return undefined;
  }
}

async function useDefaultCredentials(
  client: JsonClient,
  url: string,
): Promise<{ auth: GoogleAuth; authorization: Authorization }> {
  const library = await import("google-auth-library");
  const auth = new library.GoogleAuth({ scopes: [SCOPE] });
  try {
    const headers = await auth.getRequestHeaders(url);
    const authorization = Object.fromEntries(headers);
    client.hide((authorization["authorization"] ?? "").replace(/^Bearer /, ""));
    return { auth, authorization };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw client.error(
      "credentials",
      `no Application Default Credentials: ${client.quote(said.replace(/\.$/, ""))}; set apisecret to a service account key`,
    );
  }
}
