import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { requestAccessToken } from "../transport/auth/access-token.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { type Authorization, createBearerSession } from "../transport/auth/bearer-session.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { ibmFacts } from "./facts.ts";
import { accountInToken } from "./find-account.ts";
import { listIbmImages } from "./list-images.ts";

const NAME = "ibm";

const REGION_EXPECTED = "expected a region, such as us-south";
const KEY_EXPECTED = "expected an API key of IBM Cloud";

const ibmOptions = z.object({
  apiurl: apiUrl({ version: /\/v1$/, example: "https://us-south.iaas.cloud.ibm.com/v1" }).optional(),
  /** It goes into the host's name. */
  region: z.string(REGION_EXPECTED).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, REGION_EXPECTED),
  apisecret: z.string(KEY_EXPECTED).min(1, KEY_EXPECTED),
});

/** What tests change. */
export interface IbmTuning {
  readonly timing: Partial<HttpTiming>;
  /** Where API keys are exchanged for tokens. */
  readonly tokenUrl: URL;
}

/** IBM Cloud, whose machines are those of its Virtual Private Cloud (generation 2). */
export const ibmProvider: ProviderDefinition = {
  name: NAME,
  title: "IBM Cloud VPC",
  lists: "a region's public images (shared by all backends of the region), and the account's own and shared images",
  fields: [
    { name: "region", label: "Region", holds: "region, such as us-south", isRequired: true },
    { name: "apisecret", label: "API key", isSecret: true, holds: "API key", isRequired: true },
    { name: "apiurl", label: "Endpoint", holds: "endpoint, if not https://REGION.iaas.cloud.ibm.com" },
  ],
  facts: ibmFacts,
  options: ibmOptions,
  create: (options, limits) => createIbmProvider(options, limits),
};

/** Throws ZodError for wrong options. */
export function createIbmProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  tuning: Partial<IbmTuning> = {},
): ImageProvider {
  const { region, apisecret, ...parsed } = ibmOptions.parse(options);
  const home = `https://${region}.iaas.cloud.ibm.com`;
  const { apiurl = home } = parsed;
  const { timing = {}, tokenUrl = tokenUrlFor(apiurl) } = tuning;
  const form = { grant_type: "urn:ibm:params:oauth:grant-type:apikey", apikey: apisecret };
  const signIn = (client: JsonClient): Promise<Authorization> => requestAccessToken(client, { url: tokenUrl, form });
  const access = {
    name: NAME,
    place: region,
    apiurl,
    home,
    secrets: [apisecret],
    limits,
    timing,
    identify: async (client: JsonClient) => accountInToken((await signIn(client))["authorization"] ?? ""),
  };
  return createTwoSourceProvider(access, ({ client, scope }) => {
    const session = createBearerSession(client, { signIn: () => signIn(client) });
    return listIbmImages({ client, session, apiurl }, scope === "public" ? "public" : "private");
  });
}

/** Who reaches the API by IBM's private network signs in there too. */
function tokenUrlFor(apiurl: string): URL {
  const isPrivate = new URL(apiurl).hostname.endsWith(".private.iaas.cloud.ibm.com");
  return new URL(`https://${isPrivate ? "private." : ""}iam.cloud.ibm.com/identity/token`);
}
