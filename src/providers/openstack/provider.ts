import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { createRefusalMemory } from "../transport/auth/refusal-memory.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { caCertificates } from "../transport/http/client-certificate.ts";
import { createOwnSourceProvider, listBy, type OwnSourceAccess } from "../transport/paging/own-source.ts";
import { openstackFacts } from "./facts.ts";
import { everything, type GlanceQuery, listGlance, updatedSince } from "./glance.ts";
import { signInWithKeystone } from "./keystone.ts";
import { findEndpoint, INTERFACES, regionsOf, type ServiceAccess, type ServiceEndpoint } from "./service-access.ts";
import { openSession } from "./session.ts";

const NAME = "openstack";
const KEYSTONE = "https://keystone.example.org:5000/v3";

/**
 * Either a user (`apikey`), a password (`apisecret`) and a project (`tenantName`), the first and last as `name` or
 * `domain/name`, or by id; or an application credential's id and secret, and no project.
 */
const openstackOptions = z.object({
  apiurl: apiUrl({ version: /\/v3(\/auth(\/tokens)?)?$/, example: KEYSTONE }).refine(
    (url) => !/\/v2\.0(\/|$)/.test(url),
    `expected Keystone's API v3, such as ${KEYSTONE}; version 2.0 is not supported`,
  ),
  apikey: z.string("expected a user's name or an application credential's id").min(1),
  apisecret: z.string("expected a password or an application credential's secret").min(1),
  tenantName: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  interface: z.enum(INTERFACES, `expected one of ${INTERFACES.join(", ")}`).optional(),
  caCert: caCertificates,
});
type OpenstackOptions = z.infer<typeof openstackOptions>;

/** A cloud with Keystone (API v3) and Glance (API v2). */
export const openstackProvider: ProviderDefinition = {
  name: NAME,
  title: "OpenStack",
  lists: "all images that Glance shows the project: public, shared, community, private and hidden ones",
  canProbe: true,
  fields: [
    {
      name: "apiurl",
      label: "Keystone address",
      holds: "Keystone, such as https://keystone.example.org:5000/v3",
      isRequired: true,
    },
    {
      name: "apikey",
      label: "User",
      holds: "user, as NAME, DOMAIN/NAME or id; or an application credential's id",
      isRequired: true,
    },
    {
      name: "apisecret",
      label: "Password",
      isSecret: true,
      holds: "password, or the application credential's secret",
      isRequired: true,
    },
    {
      name: "tenant_name",
      label: "Project",
      holds: "project, as NAME, DOMAIN/NAME or id; none with an application credential",
    },
    { name: "region", label: "Region", holds: "region, if there are several" },
    {
      name: "interface",
      label: "Interface",
      holds: "public, internal or admin: which of the cloud's addresses to use; public by default",
    },
    {
      name: "ca_cert",
      label: "Server certificate",
      isMultiline: true,
      holds: "certificate (PEM) of the servers, or of their authority, if the system does not trust it",
    },
  ],
  facts: openstackFacts,
  options: openstackOptions,
  create: createOpenstackProvider,
};

/** Throws ZodError for wrong options. */
export function createOpenstackProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = openstackOptions.parse(options);
  const { apiurl, region } = parsed;
  const refusals = createRefusalMemory();
  const signIn = (client: JsonClient): Promise<ServiceAccess> =>
    refusals.once(() => signInWithKeystone(client, parsed));
  const access: OwnSourceAccess = {
    source: { key: `${NAME} ${apiurl} ${region ?? "-"} own`, scope: "own" },
    client: {
      provider: NAME,
      scope: region ?? new URL(apiurl).host,
      secrets: [parsed.apisecret],
      identity: parsed.caCert,
    },
    limits,
    timing,
    identify: async (client) => (await signIn(client)).account,
  };
  const list =
    (queriesOf: ListQuery) =>
    (client: JsonClient): AsyncIterable<ImagePage> =>
      listImages(parsed, client, { signIn: () => signIn(client), queriesOf });
  return {
    ...createOwnSourceProvider(access, list(everything)),
    probeImages: (_, since, signal) =>
      listBy(
        access,
        signal,
        list((service) => updatedSince(since, service)),
      ),
  };
}

/** What to ask Glance for, by who asks. */
type ListQuery = (access: ServiceAccess) => readonly GlanceQuery[];

async function* listImages(
  options: OpenstackOptions,
  client: JsonClient,
  { signIn, queriesOf }: { readonly signIn: () => Promise<ServiceAccess>; readonly queriesOf: ListQuery },
): AsyncGenerator<ImagePage> {
  const session = await openSession(client, signIn);
  const { access } = session;
  const endpoint = chooseEndpoint(client, access, options);
  const regions = options.region === undefined ? regionsOf(access, ["image"], options.interface) : [];
  if (regions.length > 1) {
    const warning = `the cloud has regions ${client.quote(regions.join(", "))}; only ${client.quote(endpoint.region ?? "")} is listed: set region`;
    yield { images: [], rejected: [], calls: client.takeCalls(), warning };
  }
  yield* listGlance({ client, session, endpoint: endpoint.url, queries: queriesOf(access) });
}

/** Throws a ProviderError that says what there is instead. */
function chooseEndpoint(client: JsonClient, access: ServiceAccess, options: OpenstackOptions): ServiceEndpoint {
  const { region, interface: kind = "public" } = options;
  const found = findEndpoint(access, { type: "image", interface: kind, region });
  if (found) return found;
  const regions = regionsOf(access, ["image"], kind);
  const others = INTERFACES.filter((name) => regionsOf(access, ["image"], name).length > 0).join(", ");
  const offered =
    regions.length > 0
      ? `; it has one in ${client.quote(regions.join(", "))}`
      : others && `; interface may be one of ${others}`;
  throw client.error(
    "invalid-answer",
    `the catalogue has no ${kind} image service in ${region ?? "any region"}${offered}`,
  );
}
