import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiToken } from "../transport/auth/api-token.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { digitaloceanFacts } from "./facts.ts";
import { findDigitaloceanAccount } from "./find-account.ts";
import { listDigitaloceanImages } from "./list-images.ts";

const NAME = "digitalocean";

const API = "https://api.digitalocean.com";

const digitaloceanOptions = z.object({
  apiurl: apiUrl({ version: /\/v2$/, example: API }).prefault(API),
  apisecret: apiToken("expected a personal access token with image:read"),
});

/** DigitalOcean, whose images are the same in all regions but for where they can be used. */
export const digitaloceanProvider: ProviderDefinition = {
  name: NAME,
  title: "DigitalOcean",
  lists:
    "the distribution and application images (shared by all backends), and the account's own snapshots, backups and custom images",
  fields: [
    {
      name: "apisecret",
      label: "Access token",
      isSecret: true,
      holds: "personal access token with image:read",
      isRequired: true,
    },
    { name: "apiurl", label: "API address", holds: `address of the API, if not ${API}` },
  ],
  facts: digitaloceanFacts,
  options: digitaloceanOptions,
  create: createDigitaloceanProvider,
};

/** Throws ZodError for wrong options. */
export function createDigitaloceanProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, apisecret: token } = digitaloceanOptions.parse(options);
  const identify = (client: JsonClient): Promise<string | undefined> =>
    findDigitaloceanAccount(client, { apiurl, token });
  const access = { name: NAME, apiurl, home: API, secrets: [token], limits, timing, identify };
  return createTwoSourceProvider(access, ({ client, scope }) =>
    listDigitaloceanImages({ client, apiurl, token }, scope),
  );
}
