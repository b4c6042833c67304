import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/api-url.ts";
import { createJsonClient } from "../transport/http.ts";
import type { HttpTiming } from "../transport/retry.ts";
import { type AlibabaQuestion, listAlibabaImages, OWN, PUBLIC } from "./list-images.ts";

const NAME = "alibaba";

const alibabaOptions = z.object({
  backendId: z.string(),
  apiurl: apiUrl({ version: /$^/, example: "https://ecs.cn-hangzhou.aliyuncs.com" }).optional(),
  /** It goes into the host's name. */
  region: z
    .string("expected a region, such as cn-hangzhou")
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected a region, such as cn-hangzhou"),
  apikey: z.string("expected an access key id").regex(/^[\w.-]+$/, "expected an access key id"),
  apisecret: z.string("expected the access key's secret").min(1, "expected the access key's secret"),
});
type AlibabaOptions = z.infer<typeof alibabaOptions>;

/** Alibaba Cloud, whose machines are the Elastic Compute Service. */
export const alibabaProvider: ProviderDefinition = {
  name: NAME,
  title: "Alibaba Cloud",
  lists:
    "a region's public, marketplace and community images (one copy and one crawl for all backends of the region), the account's own and those shared with it, of whatever status",
  fields: [
    { name: "region", holds: "region, such as cn-hangzhou", isRequired: true },
    { name: "apikey", holds: "access key id", isRequired: true },
    { name: "apisecret", holds: "access key secret", isRequired: true },
    { name: "apiurl", holds: "another endpoint than https://ecs.REGION.aliyuncs.com" },
  ],
  options: alibabaOptions,
  create: createAlibabaProvider,
};

/** Throws ZodError for wrong options. */
export function createAlibabaProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = alibabaOptions.parse(options);
  const { apiurl, region, backendId } = parsed;
  return {
    name: NAME,
    sources: [
      { key: `${NAME} ${region} own ${backendId}`, scope: "own" },
      { key: `${NAME} ${region} public${apiurl === undefined ? "" : ` ${apiurl}`}`, scope: "public" },
    ],
    listImages: ({ scope }, signal) =>
      listImages(parsed, { questions: scope === "own" ? OWN : PUBLIC, limits, signal, timing }),
  };
}

interface ListingTerms {
  readonly questions: readonly AlibabaQuestion[];
  readonly limits: ProviderLimits;
  readonly signal: AbortSignal;
  readonly timing: Partial<HttpTiming>;
}

async function* listImages(
  { region, apikey, apisecret, apiurl = `https://ecs.${region}.aliyuncs.com` }: AlibabaOptions,
  { questions, limits, signal, timing }: ListingTerms,
): AsyncGenerator<ImagePage> {
  const about = { provider: NAME, scope: region, limits, signal, timing };
  await using client = createJsonClient({ ...about, secrets: [apisecret] });
  yield* listAlibabaImages({ client, key: { id: apikey, secret: apisecret }, apiurl, region }, questions);
}
