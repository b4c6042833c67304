import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/api-url.ts";
import { createJsonClient } from "../transport/http.ts";
import type { HttpTiming } from "../transport/retry.ts";
import { listStreams } from "./list-images.ts";

const NAME = "simplestreams";

/** Ubuntu's streams of all daily builds, the longest there are, have some 100 MiB a file. */
const MAX_FILE_BYTES = 384 * 1024 * 1024;

const simplestreamsOptions = z.object({
  backendId: z.string(),
  apiurl: apiUrl({ version: /\/streams\/v1(\/index\.json)?$/, example: "https://cloud-images.ubuntu.com/releases" }),
  region: z.string().min(1).optional(),
});
type SimplestreamsOptions = z.infer<typeof simplestreamsOptions>;

/** A server of simplestreams: Ubuntu's images in all clouds, images for Incus and LXD, for MAAS, for Juju. */
export const simplestreamsProvider: ProviderDefinition = {
  name: NAME,
  title: "Simple streams",
  lists:
    "all images that a simplestreams server publishes: those in clouds (such as Ubuntu's in every region of EC2, Azure and Google), images for Incus and LXD, disk images to download; one copy and one crawl for all backends",
  cannotList: "streams that are served signed only (.sjson)",
  fields: [
    {
      name: "apiurl",
      holds: "the folder above streams/v1, such as https://cloud-images.ubuntu.com/releases",
      isRequired: true,
    },
    { name: "region", holds: "only the images of this region of a cloud, such as us-east-1" },
  ],
  options: simplestreamsOptions,
  create: createSimplestreamsProvider,
};

/** Throws ZodError for wrong options. */
export function createSimplestreamsProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = simplestreamsOptions.parse(options);
  const { apiurl, region } = parsed;
  return {
    name: NAME,
    sources: [{ key: `${NAME} ${apiurl} public${region === undefined ? "" : ` ${region}`}`, scope: "public" }],
    listImages: (_, signal) => listImages(parsed, limits, signal, timing),
  };
}

async function* listImages(
  { apiurl, region }: SimplestreamsOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): AsyncGenerator<ImagePage> {
  await using client = createJsonClient({
    provider: NAME,
    scope: region ?? new URL(apiurl).host,
    limits,
    signal,
    timing,
    maxAnswerBytes: MAX_FILE_BYTES,
  });
  yield* listStreams({ client, apiurl, region });
}
