import { z } from "zod";
import type { ServiceAccess, ServiceEndpoint } from "../openstack/service-access.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";

export interface RackspaceCredentials {
  /** The identity service's address without `/v2.0`. */
  readonly apiurl: string;
  /** The account's user name. */
  readonly apikey: string;
  /** The account's API key. */
  readonly apisecret: string;
  /** For accounts with several tenants. */
  readonly tenantName?: string | undefined;
}

const tokenAnswer = z.object({
  access: z.object({
    token: z.object({ id: z.string().min(1), tenant: z.object({ id: z.string() }).nullish() }),
    serviceCatalog: z.array(
      z.object({
        type: z.string(),
        endpoints: z.array(z.object({ region: z.string().nullish(), publicURL: z.string().nullish() })),
      }),
    ),
  }),
});

/** Signs in with Rackspace's Identity API v2.0. Throws a ProviderError. */
export async function signInWithRackspace(
  client: JsonClient,
  { apiurl, apikey, apisecret, tenantName }: RackspaceCredentials,
): Promise<ServiceAccess> {
  const url = new URL(`${apiurl}/v2.0/tokens`);
  const auth = {
    "RAX-KSKEY:apiKeyCredentials": { username: apikey, apiKey: apisecret },
    ...(tenantName !== undefined && { tenantName }),
  };
  const answer = await client.send({ method: "POST", url, body: { auth } });
  const { access } = readAnswer(tokenAnswer, answer.body, { client, what: `POST ${url.href}` });
  client.hide(access.token.id);
  return {
    token: access.token.id,
    projectId: access.token.tenant?.id ?? null,
    account: access.token.tenant?.id,
    endpoints: access.serviceCatalog.flatMap(currentEndpoints),
  };
}

type RackspaceService = z.infer<typeof tokenAnswer>["access"]["serviceCatalog"][number];

/** Those with a public address, but for the first generation's servers (`/v1.0`), whose images are of another kind. */
function currentEndpoints({ type, endpoints }: RackspaceService): ServiceEndpoint[] {
  return endpoints.flatMap(({ region, publicURL }) => {
    const url = URL.parse(publicURL ?? "");
    if (!url || /^\/v1(\.\d+)?(\/|$)/.test(url.pathname)) return [];
    return [{ type, interface: "public", region: region ?? null, url }];
  });
}
