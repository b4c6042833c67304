import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { alibabaFacts } from "./facts.ts";
import { findAlibabaAccount, stsUrlFor } from "./find-account.ts";
import { listAlibabaImages, OWN, PUBLIC } from "./list-images.ts";

const NAME = "alibaba";

const alibabaOptions = z.object({
  apiurl: apiUrl({ version: /$^/, example: "https://ecs.cn-hangzhou.aliyuncs.com" }).optional(),
  /** It goes into the host's name. */
  region: z
    .string("expected a region, such as cn-hangzhou")
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected a region, such as cn-hangzhou"),
  apikey: z.string("expected an access key id").regex(/^[\w.-]+$/, "expected an access key id"),
  apisecret: z.string("expected the access key's secret").min(1, "expected the access key's secret"),
});

/** Alibaba Cloud, whose machines are the Elastic Compute Service. */
export const alibabaProvider: ProviderDefinition = {
  name: NAME,
  title: "Alibaba Cloud",
  lists:
    "a region's public, marketplace and community images (shared by all backends of the region), and the account's own and shared images, whatever their status",
  fields: [
    { name: "region", label: "Region", holds: "region, such as cn-hangzhou", isRequired: true },
    { name: "apikey", label: "Access key id", holds: "access key id", isRequired: true },
    { name: "apisecret", label: "Access key secret", isSecret: true, holds: "access key secret", isRequired: true },
    { name: "apiurl", label: "Endpoint", holds: "endpoint, if not https://ecs.REGION.aliyuncs.com" },
  ],
  facts: alibabaFacts,
  options: alibabaOptions,
  create: (options, limits) => createAlibabaProvider(options, limits),
};

/** Throws ZodError for wrong options. `sts` is where to ask for the account, if not at the cloud's own. */
export function createAlibabaProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
  sts?: URL,
): ImageProvider {
  const { region, apikey, apisecret, ...parsed } = alibabaOptions.parse(options);
  const home = `https://ecs.${region}.aliyuncs.com`;
  const { apiurl = home } = parsed;
  const key = { id: apikey, secret: apisecret };
  const stsUrl = sts ?? stsUrlFor(apiurl, region);
  const access = {
    name: NAME,
    place: region,
    apiurl,
    home,
    secrets: [apisecret],
    limits,
    timing,
    ...(stsUrl && { identify: (client: JsonClient) => findAlibabaAccount(client, key, stsUrl) }),
  };
  return createTwoSourceProvider(access, ({ client, scope }) =>
    listAlibabaImages({ client, key, apiurl, region }, scope === "own" ? OWN : PUBLIC),
  );
}
