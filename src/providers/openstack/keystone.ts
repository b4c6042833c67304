import { z } from "zod";
import type { JsonValue } from "../../image.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { isStatus } from "../transport/http/judge-status.ts";
import { lenientList } from "../transport/reading/lenient.ts";
import { readAnswer } from "../transport/reading/read-answer.ts";
import type { JsonAnswer } from "../transport/http/read-response.ts";
import { INTERFACES, type ServiceAccess, type ServiceEndpoint } from "./service-access.ts";

export interface KeystoneCredentials {
  /** Keystone's address without `/v3`. */
  readonly apiurl: string;
  /** A user's name or id, or the id of an application credential. */
  readonly apikey: string;
  readonly apisecret: string;
  /** A project's name or id; without it, the two above are an application credential, which has its project built in. */
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
  const answer = await askForToken(client, url, credentials);
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
    isAdmin: isAdmin(roles),
    endpoints: catalog.flatMap(endpointsOf),
  };
}

/** Keystone answers whatever is wrong by the same 401, so that nobody can try out names: what it was asked says more. */
async function askForToken(client: JsonClient, url: URL, credentials: KeystoneCredentials): Promise<JsonAnswer> {
  try {
    return await client.send({ method: "POST", url, body: { auth: authOf(credentials) } });
  } catch (error) {
    if (!isStatus(error, 401)) throw error;
    throw client.error("credentials", `POST ${url.href}: answered 401, ${describeRefusal(credentials)}`, error);
  }
}

function describeRefusal({ apikey, tenantName }: KeystoneCredentials): string {
  if (tenantName === undefined) {
    return (
      `Keystone refuses application credential ${apikey}; check its id and secret, that it has not expired, and that ` +
      "its user and project are enabled (a user name needs tenant_name with it)"
    );
  }
  const user = describe("user", readPrincipal(apikey));
  const project = describe("project", readPrincipal(tenantName));
  return (
    `Keystone refuses ${user} for ${project}; check the password, that the user is enabled, that the project exists, ` +
    "and that the user has a role in it"
  );
}

function describe(kind: string, { id, name, domain }: Principal): string {
  if (id !== undefined) return `${kind} id ${id}`;
  return `${kind} ${name} of domain ${domain.id === undefined ? domain.name : `id ${domain.id}`}`;
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
  const user = { ...asSent(readPrincipal(apikey)), password: apisecret };
  return {
    identity: { methods: ["password"], password: { user } },
    scope: { project: asSent(readPrincipal(tenantName)) },
  };
}

/** A user or a project: by its id, or by its name in a domain. */
type Principal =
  | { readonly id: string; readonly name?: undefined; readonly domain?: undefined }
  | { readonly id?: undefined; readonly name: string; readonly domain: Domain };
type Domain = { readonly id: string; readonly name?: undefined } | { readonly id?: undefined; readonly name: string };

/** As Keystone makes ids: 128 bits, or 256 of users that a directory keeps. */
const ID = /^([0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * `NAME`, `DOMAIN/NAME`, or an id; `id:` in front of a name or a domain says that it is an id, whatever it looks like. Without a
 * domain they are of Keystone's own, `Default`. A slash, not the `@` of some other programs, since user names often are mail
 * addresses.
 */
function readPrincipal(text: string): Principal {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (slash < 0 && name.startsWith("id:")) return { id: name.slice(3) };
  if (ID.test(name)) return { id: name };
  return { name, domain: readDomain(slash < 0 ? "Default" : text.slice(0, slash)) };
}

/** The domain that every Keystone has is named `Default`, and its id is `default`. */
function readDomain(text: string): Domain {
  if (text.startsWith("id:")) return { id: text.slice(3) };
  return text === "default" || ID.test(text) ? { id: text } : { name: text };
}

function asSent({ id, name, domain }: Principal): { readonly [name: string]: JsonValue } {
  return id === undefined
    ? { name, domain: domain.id === undefined ? { name: domain.name } : { id: domain.id } }
    : { id };
}

type KeystoneService = NonNullable<z.infer<typeof tokenAnswer>["token"]["catalog"]>[number];

/** One whose address is no URL is as good as none. */
function endpointsOf({ type, endpoints }: KeystoneService): ServiceEndpoint[] {
  return endpoints.flatMap((endpoint) => {
    const url = URL.parse(endpoint.url);
    // Some old catalogues write `publicURL`.
    const kind = INTERFACES.find((name) => name === endpoint.interface.replace(/URL$/, ""));
    if (!kind || !url) return [];
    return [{ type, interface: kind, region: endpoint.region_id ?? endpoint.region ?? null, url }];
  });
}
