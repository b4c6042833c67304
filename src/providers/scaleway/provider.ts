import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiToken } from "../transport/auth/api-token.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { scalewayFacts } from "./facts.ts";
import { listOwnImages, listPublicImages } from "./list-images.ts";

const NAME = "scaleway";

const API = "https://api.scaleway.com";

const ZONE_EXPECTED = "expected an availability zone, such as fr-par-1";

const scalewayOptions = z.object({
  apiurl: apiUrl({ version: /\/instance\/v1$/, example: API }).prefault(API),
  /** It goes into the path. */
  region: z.string(ZONE_EXPECTED).regex(/^[a-z]+-[a-z]+-\d+$/, ZONE_EXPECTED),
  apisecret: apiToken("expected the secret key of an API key"),
});

/** Scaleway Instances. */
export const scalewayProvider: ProviderDefinition = {
  name: NAME,
  title: "Scaleway",
  lists:
    "a zone's official and Marketplace images, also at their end of life (shared by all backends of the zone), and the organization's own",
  cannotList: "public images of other organizations: only their id gives access",
  fields: [
    { name: "region", label: "Zone", holds: "availability zone, such as fr-par-1", isRequired: true },
    { name: "apisecret", label: "Secret key", isSecret: true, holds: "secret key of an API key", isRequired: true },
    { name: "apiurl", label: "API address", holds: `address of the API, if not ${API}` },
  ],
  facts: scalewayFacts,
  options: scalewayOptions,
  create: createScalewayProvider,
};

/** Throws ZodError for wrong options. */
export function createScalewayProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, region: zone, apisecret: token } = scalewayOptions.parse(options);
  const access = { name: NAME, place: zone, apiurl, home: API, secrets: [token], limits, timing };
  return createTwoSourceProvider(access, ({ client, scope }) => {
    const listing = { client, apiurl, zone, headers: { "x-auth-token": token } };
    return scope === "public" ? listPublicImages(listing) : listOwnImages(listing);
  });
}
