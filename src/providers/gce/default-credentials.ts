import type { Authorization } from "../transport/bearer-session.ts";
import type { JsonClient } from "../transport/http.ts";
import { SCOPE } from "./service-account.ts";

/**
 * Signs in with Application Default Credentials: those of the machine, of its user's gcloud, or of a workload identity,
 * in all their kinds, which is what the library is for. It looks for them itself, also on the metadata server.
 */
export async function signInWithDefaultCredentials(client: JsonClient, url: string): Promise<Authorization> {
  const { GoogleAuth } = await import("google-auth-library");
  try {
    const headers = await new GoogleAuth({ scopes: [SCOPE] }).getRequestHeaders(url);
    const authorization = Object.fromEntries(headers);
    client.hide((authorization["authorization"] ?? "").replace(/^Bearer /, ""));
    return authorization;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw client.error(
      "credentials",
      `no Application Default Credentials: ${said}; set apisecret to a service account key`,
    );
  }
}
