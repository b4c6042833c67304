import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/api-url.ts";
import { createJsonClient } from "../transport/http.ts";
import type { HttpTiming } from "../transport/retry.ts";
import { listTemplates } from "./list-images.ts";

const NAME = "cloudstack";

const KEY_EXPECTED = "expected the account's API key";
const SECRET_EXPECTED = "expected the account's secret key";

const cloudstackOptions = z.object({
  apiurl: apiUrl({ version: /\/$/, example: "https://cloud.example.org/client/api" }),
  apikey: z.string(KEY_EXPECTED).min(1, KEY_EXPECTED),
  apisecret: z.string(SECRET_EXPECTED).min(1, SECRET_EXPECTED),
  region: z.string().min(1).optional(),
  tenantName: z.string().min(1).optional(),
});
type CloudstackOptions = z.infer<typeof cloudstackOptions>;

/** A cloud with the API of Apache CloudStack. */
export const cloudstackProvider: ProviderDefinition = {
  name: NAME,
  title: "Apache CloudStack",
  lists: "all templates that the account sees: its own, featured, community and shared ones, those not ready included",
  cannotList: "ISO images",
  fields: [
    { name: "apiurl", holds: "endpoint, such as https://cloud.example.org/client/api", isRequired: true },
    { name: "apikey", holds: "API key", isRequired: true },
    { name: "apisecret", holds: "secret key", isRequired: true },
    { name: "region", holds: "only this zone: its name or id" },
    { name: "tenant_name", holds: "id of a project, instead of the account itself" },
  ],
  options: cloudstackOptions,
  create: createCloudstackProvider,
};

/** Throws ZodError for wrong options. */
export function createCloudstackProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = cloudstackOptions.parse(options);
  const { apiurl, region } = parsed;
  return {
    name: NAME,
    sources: [{ key: `${NAME} ${apiurl} ${region ?? "-"} own`, scope: "own" }],
    listImages: (_, signal) => listImages(parsed, limits, signal, timing),
  };
}

async function* listImages(
  { apiurl, apikey, apisecret: secret, region: zone, tenantName: projectId }: CloudstackOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): AsyncGenerator<ImagePage> {
  await using client = createJsonClient({
    provider: NAME,
    scope: zone ?? new URL(apiurl).host,
    limits,
    signal,
    timing,
    secrets: [secret],
  });
  yield* listTemplates({ cloud: { client, apiurl, apikey, secret }, zone, projectId });
}
