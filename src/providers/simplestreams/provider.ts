import { z } from "zod";
import type {
  BackendOptions,
  ImagePage,
  ImageProvider,
  ProviderDefinition,
  ProviderLimits,
  Unchanged,
} from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import { createJsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider, type OwnSourceAccess } from "../transport/paging/own-source.ts";
import { simplestreamsFacts } from "./facts.ts";
import { readKeyring } from "./keyring.ts";
import { listStreams, type ReadIndexes, type StreamListing } from "./list-images.ts";
import { areUnchanged, readVersion, writeVersion } from "./version.ts";

const NAME = "simplestreams";

/** Ubuntu's streams of all daily builds, the longest there are, have some 100 MiB a file. */
const MAX_FILE_BYTES = 384 * 1024 * 1024;

/** Canonical's released Ubuntu images: the AMIs of every region among them, without credentials. */
const UBUNTU = "https://cloud-images.ubuntu.com/releases";

const simplestreamsOptions = z.object({
  apiurl: apiUrl({ version: /\/streams\/v1(\/index\.s?json)?$/, example: UBUNTU }).prefault(UBUNTU),
  region: z.string().min(1).optional(),
  apikey: z
    .string()
    .transform((text, context) => {
      const keyring = readKeyring(text);
      if (!keyring) context.addIssue("expected public keys as gpg --export --armor writes them");
      return keyring ?? z.NEVER;
    })
    .optional(),
  caCert: caCertificates,
});

/** A server of simplestreams: Ubuntu's images in all clouds, images for Incus and LXD, for MAAS, for Juju. */
export const simplestreamsProvider: ProviderDefinition = {
  name: NAME,
  title: "Simple streams",
  lists:
    "all images of a simplestreams server: images in clouds (such as Ubuntu's in every region of EC2, Azure and Google), images for Incus and LXD, disk images to download; without an address Canonical's (shared by all backends)",
  fields: [
    { name: "apiurl", label: "Server address", holds: `the folder above streams/v1, if not Canonical's ${UBUNTU}` },
    { name: "region", label: "Region", holds: "only the images of this region of a cloud, such as us-east-1" },
    {
      name: "apikey",
      label: "Keyring",
      isMultiline: true,
      holds:
        "public keys of who may sign (as gpg --export --armor writes them): only files that one of them signed are read; without them signatures are not checked",
    },
    { name: "ca_cert", label: "Server certificate", isMultiline: true, holds: CA_CERT },
  ],
  facts: simplestreamsFacts,
  options: simplestreamsOptions,
  create: createSimplestreamsProvider,
};

/** Throws ZodError for wrong options. */
export function createSimplestreamsProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, region, apikey: keyring, caCert: trust } = simplestreamsOptions.parse(options);
  // Who trusts only some keys shares no listing with who trusts anybody.
  const signed = keyring === undefined ? "" : ` signed by ${keyring.fingerprint}`;
  const ofRegion = region === undefined ? "" : ` ${region}`;
  const access: OwnSourceAccess = {
    source: { key: `${NAME} ${apiurl} public${ofRegion}${signed}`, scope: "public" },
    client: { provider: NAME, scope: region ?? new URL(apiurl).host, maxAnswerBytes: MAX_FILE_BYTES },
    limits: { ...allowed, trust },
    timing,
  };
  return {
    ...createOwnSourceProvider(access, (client) => listImages({ client, apiurl, region, keyring })),
    isStill: (_, version, signal) => isStill(access, version, signal),
  };
}

async function* listImages(listing: Omit<StreamListing, "files" | "missing">): AsyncGenerator<ImagePage> {
  const files: ReadIndexes = new Map();
  const missing = new Set<string>();
  yield* listStreams({ ...listing, files, missing });
  // Without it the files that are missing are asked for again next time.
  const version = missing.size === 0 ? writeVersion(files) : undefined;
  yield { images: [], rejected: [], calls: listing.client.takeCalls(), ...(version !== undefined && { version }) };
}

async function isStill(
  { client: described, limits, timing }: OwnSourceAccess,
  version: string,
  signal: AbortSignal,
): Promise<Unchanged> {
  await using client = createJsonClient({ ...described, limits, timing, signal });
  const unchanged = await areUnchanged(client, readVersion(version));
  return { isStill: unchanged, calls: client.takeCalls() };
}
