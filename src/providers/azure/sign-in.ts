import { z } from "zod";
import { requestAccessToken } from "../transport/auth/access-token.ts";
import type { Authorization } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";

/** A service principal: an application of a tenant, with a secret. */
export interface ServicePrincipal {
  /** The directory's id or one of its domains. */
  readonly tenant: string;
  readonly clientId: string;
  readonly secret: string;
}

/** Microsoft's Resource Manager, and the sign-in of its other clouds. */
export const RESOURCE_MANAGER = "https://management.azure.com";
const SIGN_INS: ReadonlyMap<string, string> = new Map([
  [RESOURCE_MANAGER, "https://login.microsoftonline.com/"],
  ["https://management.usgovcloudapi.net", "https://login.microsoftonline.us/"],
  ["https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn/"],
]);

const endpointsAnswer = z.object({
  authentication: z.object({
    loginEndpoint: z.url({ protocol: /^https?$/ }),
    audiences: z.array(z.string().min(1)).min(1),
  }),
});

/**
 * Signs in by the client credentials grant: one form. `@azure/identity` would add megabytes and an HTTP stack of its
 * own, with its own retries, and without our time-outs, redaction and guard of link-local addresses.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function signInAsPrincipal(
  client: JsonClient,
  { apiurl, principal }: { apiurl: string; principal: ServicePrincipal },
): Promise<Authorization> {
  const { login, audience } = await findSignIn(client, apiurl);
  const url = new URL(`${encodeURIComponent(principal.tenant)}/oauth2/v2.0/token`, login);
  const form = {
    grant_type: "client_credentials",
    client_id: principal.clientId,
    client_secret: principal.secret,
    scope: `${audience.replace(/\/+$/, "")}/.default`,
  };
  return requestAccessToken(client, { url, form });
}

/** A Resource Manager elsewhere (Azure Stack Hub) says itself where to sign in. */
async function findSignIn(client: JsonClient, apiurl: string): Promise<{ login: string; audience: string }> {
  const known = SIGN_INS.get(apiurl);
  if (known !== undefined) return { login: known, audience: apiurl };
  const url = new URL(`${apiurl}/metadata/endpoints?api-version=2015-01-01`);
  const { body } = await client.send({ url });
  const { authentication } = readAnswer(endpointsAnswer, body, { client, what: `GET ${url.origin}${url.pathname}` });
  const [audience = apiurl] = authentication.audiences;
  return { login: `${authentication.loginEndpoint.replace(/\/+$/, "")}/`, audience };
}
