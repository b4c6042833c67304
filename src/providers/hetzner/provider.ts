import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiToken } from "../transport/auth/api-token.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createProbedProvider } from "../transport/paging/two-sources.ts";
import { hetznerFacts } from "./facts.ts";
import { listHetznerImages } from "./list-images.ts";

const NAME = "hetzner";

const API = "https://api.hetzner.cloud";

const hetznerOptions = z.object({
  apiurl: apiUrl({ version: /\/v1$/, example: API }).prefault(API),
  apisecret: apiToken("expected an API token of the project"),
});

/** Hetzner Cloud, whose images are the same in all locations. */
export const hetznerProvider: ProviderDefinition = {
  name: NAME,
  title: "Hetzner Cloud",
  lists:
    "the system and application images, deprecated ones too (shared by all backends), and the project's own snapshots and backups",
  cannotList: "ISO images",
  canProbe: true,
  fields: [
    {
      name: "apisecret",
      label: "API token",
      isSecret: true,
      holds: "API token of the project; permission Read is enough",
      isRequired: true,
    },
    { name: "apiurl", label: "API address", holds: `address of the API, if not ${API}` },
  ],
  facts: hetznerFacts,
  options: hetznerOptions,
  create: createHetznerProvider,
};

/** Throws ZodError for wrong options. */
export function createHetznerProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, apisecret: token } = hetznerOptions.parse(options);
  const access = { name: NAME, apiurl, home: API, secrets: [token], limits, timing };
  return createProbedProvider(access, (listing) => listHetznerImages({ ...listing, apiurl, token }));
}
