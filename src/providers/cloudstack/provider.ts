import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider } from "../transport/paging/own-source.ts";
import { cloudstackFacts } from "./facts.ts";
import { findCloudstackAccount } from "./find-account.ts";
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
  caCert: caCertificates,
});
type CloudstackOptions = z.infer<typeof cloudstackOptions>;

/** A cloud with the API of Apache CloudStack. */
export const cloudstackProvider: ProviderDefinition = {
  name: NAME,
  title: "Apache CloudStack",
  lists: "all templates that the account sees: its own, featured, community and shared ones, ready or not",
  cannotList: "ISO images",
  fields: [
    {
      name: "apiurl",
      label: "Endpoint",
      holds: "endpoint, such as https://cloud.example.org/client/api",
      isRequired: true,
    },
    { name: "apikey", label: "API key", holds: "API key", isRequired: true },
    { name: "apisecret", label: "Secret key", isSecret: true, holds: "secret key", isRequired: true },
    { name: "region", label: "Zone", holds: "only this zone: its name or id" },
    { name: "tenant_name", label: "Project id", holds: "id of a project, instead of the account itself" },
    { name: "ca_cert", label: "Server certificate", isMultiline: true, holds: CA_CERT },
  ],
  facts: cloudstackFacts,
  options: cloudstackOptions,
  create: createCloudstackProvider,
};

/** Throws ZodError for wrong options. */
export function createCloudstackProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = cloudstackOptions.parse(options);
  const { apiurl, apikey, apisecret: secret, region: zone, tenantName: projectId, caCert: trust } = parsed;
  return createOwnSourceProvider(
    {
      source: { key: placeOf(parsed), scope: "own" },
      client: { provider: NAME, scope: zone ?? new URL(apiurl).host, secrets: [secret] },
      limits: { ...allowed, trust },
      timing,
      identify: (client) => findCloudstackAccount({ client, apiurl, apikey, secret }),
    },
    (client) => listTemplates({ cloud: { client, apiurl, apikey, secret }, zone, projectId }),
  );
}

/** A project's templates are others than those of the account itself. */
function placeOf({ apiurl, region, tenantName }: CloudstackOptions): string {
  const zone = region === undefined ? "-" : encodeURIComponent(region);
  const project = tenantName === undefined ? "" : ` project ${encodeURIComponent(tenantName)}`;
  return `${NAME} ${apiurl} ${zone}${project} own`;
}
