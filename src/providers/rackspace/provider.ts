import { z } from "zod";
import { listGlance } from "../openstack/glance.ts";
import { findEndpoint, regionsOf, type ServiceAccess } from "../openstack/service-access.ts";
import { openSession } from "../openstack/session.ts";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { createRefusalMemory } from "../transport/auth/refusal-memory.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider } from "../transport/paging/own-source.ts";
import { rackspaceFacts } from "./facts.ts";
import { signInWithRackspace } from "./identity.ts";
import { listNova } from "./nova.ts";

const NAME = "rackspace";

const IDENTITY = "https://identity.api.rackspacecloud.com/v2.0";

const SERVICES = ["image", "compute"] as const;

const rackspaceOptions = z.object({
  apiurl: apiUrl({ version: /\/v2\.0$/, example: IDENTITY }).prefault(IDENTITY),
  apikey: z.string("expected the account's user name").min(1),
  apisecret: z.string("expected the account's API key").min(1),
  tenantName: z.string().min(1).optional(),
  /** Such as `DFW`. May be absent when the account has but one. */
  region: z.string().min(1).optional(),
});

/** Rackspace's public cloud: Identity v2.0, then Glance where the region offers it, else Nova. */
export const rackspaceProvider: ProviderDefinition = {
  name: NAME,
  title: "Rackspace",
  lists: "Rackspace's images, the account's own and those shared with it",
  fields: [
    { name: "apikey", label: "User name", holds: "user name", isRequired: true },
    { name: "apisecret", label: "API key", isSecret: true, holds: "API key", isRequired: true },
    { name: "region", label: "Region", holds: "region, such as DFW, if the account has several" },
    { name: "tenant_name", label: "Tenant", holds: "tenant" },
    { name: "apiurl", label: "Identity service", holds: "identity service, if not Rackspace's own" },
  ],
  facts: rackspaceFacts,
  options: rackspaceOptions,
  create: createRackspaceProvider,
};

/** Throws ZodError for wrong options. */
export function createRackspaceProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = rackspaceOptions.parse(options);
  const { apiurl, region, apisecret } = parsed;
  const refusals = createRefusalMemory();
  const signIn = (client: JsonClient): Promise<ServiceAccess> =>
    refusals.once(() => signInWithRackspace(client, parsed));
  return createOwnSourceProvider(
    {
      source: { key: `${NAME} ${apiurl} ${region ?? "-"} own`, scope: "own" },
      client: { provider: NAME, scope: region ?? new URL(apiurl).host, secrets: [apisecret] },
      limits,
      timing,
      identify: async (client) => (await signIn(client)).account,
    },
    (client) => listImages(client, () => signIn(client), region),
  );
}

async function* listImages(
  client: JsonClient,
  signIn: () => Promise<ServiceAccess>,
  asked: string | undefined,
): AsyncGenerator<ImagePage> {
  const session = await openSession(client, signIn);
  const region = chooseRegion(client, session.access, asked);
  const image = findEndpoint(session.access, { type: "image", region });
  if (image) return yield* listGlance({ client, session, endpoint: image.url, queries: [VISIBLE] });
  const compute = findEndpoint(session.access, { type: "compute", region });
  if (compute) return yield* listNova(client, session, compute.url);
  throw client.error(
    "invalid-answer",
    `the catalogue has no image and no compute service in ${region ?? "any region"}`,
  );
}

/**
 * Rackspace documents neither `visibility=all` nor hidden images. Without a visibility its Glance lists public, own and
 * shared images, and of the shared ones those not yet accepted too when told so.
 */
const VISIBLE = { parameters: { member_status: "all" } };

/** Unlike elsewhere no region is taken for the account's own: each of Rackspace's has images of its own. */
function chooseRegion(client: JsonClient, access: ServiceAccess, region: string | undefined): string | undefined {
  const regions = regionsOf(access, SERVICES);
  const offered = client.quote(regions.join(", "));
  if (region === undefined && regions.length > 1) {
    throw client.error("invalid-answer", `the account has several regions (${offered}); set region to one of them`);
  }
  if (region !== undefined && !regions.some((one) => one.toLowerCase() === region.toLowerCase())) {
    throw client.error("invalid-answer", `the account has no region ${region}; expected one of ${offered || "none"}`);
  }
  return region;
}
