import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiToken } from "../transport/auth/api-token.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { vultrFacts } from "./facts.ts";
import { listVultrImages } from "./list-images.ts";

const NAME = "vultr";

const API = "https://api.vultr.com";

const vultrOptions = z.object({
  apiurl: apiUrl({ version: /\/v2$/, example: API }).prefault(API),
  apisecret: apiToken("expected an API key of the account"),
});

/** Vultr, whose images are the same in all regions. */
export const vultrProvider: ProviderDefinition = {
  name: NAME,
  title: "Vultr",
  lists:
    "operating systems, applications and public ISO images (shared by all backends), and the account's own snapshots and ISO images",
  cannotList: "automatic backups",
  fields: [
    {
      name: "apisecret",
      label: "API key",
      isSecret: true,
      holds: "API key; the account's access control must allow this machine's address",
      isRequired: true,
    },
    { name: "apiurl", label: "API address", holds: `address of the API, if not ${API}` },
  ],
  facts: vultrFacts,
  options: vultrOptions,
  create: createVultrProvider,
};

/**
 * Throws ZodError for wrong options. There is no `identify`: `/v2/account` has a name and an e-mail address, which may change,
 * and no id.
 */
export function createVultrProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, apisecret: token } = vultrOptions.parse(options);
  const access = { name: NAME, apiurl, home: API, secrets: [token], limits, timing };
  return createTwoSourceProvider(access, (listing) => listVultrImages({ ...listing, apiurl, token }));
}
