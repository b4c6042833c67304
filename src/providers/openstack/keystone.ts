import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import type { JsonClient } from "../transport/http.ts";
import { lenientList } from "../transport/lenient.ts";
import { readAnswer } from "../transport/read-answer.ts";
import type { ServiceAccess, ServiceEndpoint } from "./service-access.ts";

export interface KeystoneCredentials {
  /** Keystone's address without `/v3`. */
  readonly apiurl: string;
  /** A user's name, or the id of an application credential. */
  readonly apikey: string;
  readonly apisecret: string;
  /** A project's name; without it, the two above are an application credential, which has its project built in. */
  readonly tenantName?: string | undefined;
}

const tokenAnswer = z.object({
  token: z.object({
    project: z.object({ id: z.string() }).nullish(),
    domain: z.object({ id: z.string() }).nullish(),
    roles: lenientList(z.object({ name: z.string() })),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({
              interface: z.string(),
              url: z.string(),
              region_id: z.string().nullish(),
              region: z.string().nullish(),
            }),
          ),
        }),
      )
      .optional(),
  }),
});

/** Signs in with Keystone's API v3. Throws a ProviderError. */
export async function signInWithKeystone(client: JsonClient, credentials: KeystoneCredentials): Promise<ServiceAccess> {
  const url = new URL(`${credentials.apiurl}/v3/auth/tokens`);
  const answer = await client.send({ method: "POST", url, body: { auth: authOf(credentials) } });
  const token = answer.header("x-subject-token");
  if (!token) throw client.error("invalid-answer", `POST ${url.href}: no X-Subject-Token in the answer`);
  client.hide(token);
  const { project, domain, roles, catalog } = readAnswer(tokenAnswer, answer.body, {
    client,
    what: `POST ${url.href}`,
  }).token;
  if (!catalog) {
    throw client.error("invalid-answer", `POST ${url.href}: no service catalogue; the token is for no project`);
  }
  const scope = project?.id ?? domain?.id;
  return {
    token,
    projectId: project?.id ?? null,
    account: scope && (isAdmin(roles) ? `${scope} admin` : scope),
    endpoints: catalog.flatMap(publicEndpoints),
  };
}

/** To administrators Glance shows the private images of all projects: theirs is another view of the same project. */
function isAdmin(roles: readonly { readonly name: string }[]): boolean {
  return roles.some(({ name }) => name.toLowerCase() === "admin");
}

function authOf({ apikey, apisecret, tenantName }: KeystoneCredentials): JsonValue {
  if (tenantName === undefined) {
    const identity = {
      methods: ["application_credential"],
      application_credential: { id: apikey, secret: apisecret },
    };
    return { identity };
  }
  const user = { ...inDomain(apikey), password: apisecret };
  return {
    identity: { methods: ["password"], password: { user } },
    scope: { project: inDomain(tenantName) },
  };
}

/**
 * Users and projects may be written `domain/name`; without a domain they are of Keystone's own, `Default`. A slash,
 * not the `@` of some other programs, since user names often are mail addresses.
 */
function inDomain(text: string): { name: string; domain: { name: string } } {
  const slash = text.indexOf("/");
  if (slash < 0) return { name: text, domain: { name: "Default" } };
  return { name: text.slice(slash + 1), domain: { name: text.slice(0, slash) } };
}

type Service = NonNullable<z.infer<typeof tokenAnswer>["token"]["catalog"]>[number];

/** Those of the catalogue that are meant for users. One whose address is no URL is as good as none. */
function publicEndpoints({ type, endpoints }: Service): ServiceEndpoint[] {
  return endpoints.flatMap((endpoint) => {
    const url = URL.parse(endpoint.url);
    if (endpoint.interface !== "public" || !url) return [];
    return [{ type, region: endpoint.region_id ?? endpoint.region ?? null, url }];
  });
}
