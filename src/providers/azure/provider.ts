import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { createBearerSession } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { createPageTrail } from "../transport/paging/page-trail.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider, type SourceListing } from "../transport/paging/two-sources.ts";
import { walk } from "../transport/paging/walk.ts";
import { type Arm, locationName } from "./arm.ts";
import { listCommunityGalleries } from "./community-galleries.ts";
import { azureFacts } from "./facts.ts";
import { listMarketplace } from "./marketplace.ts";
import { listOwnImages } from "./own-images.ts";
import { type ServicePrincipal, RESOURCE_MANAGER, signInAsPrincipal } from "./sign-in.ts";

const NAME = "azure";

/** How a listing is paced. Tests change it. */
export interface AzureTuning {
  /** Requests under way at the same time. */
  readonly atOnce: number;
  readonly timing: Partial<HttpTiming>;
}

/**
 * A location's Marketplace takes tens of thousands of requests, and Resource Manager grants 25 reads a second once the
 * first 250 are used up: more at once would only be throttled. az asks five at once. A request may meet a throttle that
 * others fill up again, hence the tries.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
const PACE: AzureTuning = { atOnce: 4, timing: { tries: 10 } };

const azureOptions = z.object({
  apiurl: apiUrl({ version: /$^/, example: RESOURCE_MANAGER }).prefault(RESOURCE_MANAGER),
  region: z
    .string("expected a location, such as westeurope")
    .transform(locationName)
    .pipe(z.string().regex(/^[a-z0-9]+$/, "expected a location, such as westeurope")),
  tenantName: z.guid("expected the subscription's id"),
  apikey: z
    .string("expected TENANT/CLIENT_ID of a service principal")
    .regex(/^[A-Za-z0-9.-]+\/[A-Za-z0-9-]+$/, "expected TENANT/CLIENT_ID of a service principal"),
  apisecret: z.string("expected the client secret").min(1, "expected the client secret"),
});
type AzureOptions = z.infer<typeof azureOptions>;

/** Microsoft Azure, by its Resource Manager. */
export const azureProvider: ProviderDefinition = {
  name: NAME,
  title: "Microsoft Azure",
  lists:
    "a location's Marketplace and community galleries (shared by all backends of the location), the subscription's own images and galleries, and galleries shared with it",
  fields: [
    { name: "region", label: "Location", holds: "location, such as westeurope", isRequired: true },
    { name: "tenant_name", label: "Subscription id", holds: "subscription id", isRequired: true },
    {
      name: "apikey",
      label: "Tenant and client id",
      holds: "TENANT/CLIENT_ID of a service principal that can read the subscription",
      isRequired: true,
    },
    { name: "apisecret", label: "Client secret", isSecret: true, holds: "client secret", isRequired: true },
    { name: "apiurl", label: "Resource Manager", holds: "Resource Manager, if not https://management.azure.com" },
  ],
  facts: azureFacts,
  options: azureOptions,
  create: (options, limits) => createAzureProvider(options, limits),
};

/** Throws ZodError for wrong options. */
export function createAzureProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  tuning: Partial<AzureTuning> = {},
): ImageProvider {
  const parsed = azureOptions.parse(options);
  const { apiurl, region, apisecret } = parsed;
  const { atOnce, timing } = { ...PACE, ...tuning };
  const secrets = [apisecret];
  const access = {
    name: NAME,
    place: region,
    apiurl,
    home: RESOURCE_MANAGER,
    secrets,
    limits,
    timing,
    identify: (client: JsonClient) => findAccount(client, parsed),
  };
  return createTwoSourceProvider(access, (listing) => listImages(parsed, listing, atOnce));
}

/** What a principal sees of a subscription depends on its roles. Throws a ProviderError. */
async function findAccount(client: JsonClient, options: AzureOptions): Promise<string> {
  const principal = principalOf(options);
  await signInAsPrincipal(client, { apiurl: options.apiurl, principal });
  return `${options.tenantName} ${principal.clientId}`.toLowerCase();
}

function principalOf({ apikey, apisecret: secret }: AzureOptions): ServicePrincipal {
  const [tenant = "", clientId = ""] = apikey.split("/");
  return { tenant, clientId, secret };
}

async function* listImages(
  options: AzureOptions,
  { client, scope }: SourceListing,
  atOnce: number,
): AsyncGenerator<ImagePage> {
  const { apiurl, region, tenantName: subscription } = options;
  const principal = principalOf(options);
  const session = createBearerSession(client, { signIn: () => signInAsPrincipal(client, { apiurl, principal }) });
  const arm: Arm = { client, session, trail: createPageTrail(client), apiurl, subscription, location: region };
  if (scope === "own") return yield* listOwnImages(arm, atOnce);
  yield* walk([listMarketplace(arm), listCommunityGalleries(arm)], { client, atOnce });
}
