import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import { createJsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { findNodes, listCluster } from "./list-images.ts";

const NAME = "proxmox";

const TOKEN_EXPECTED = "expected an API token's id, such as imagedex@pve!catalogue";
const SECRET_EXPECTED = "expected the API token's secret";

const proxmoxOptions = z.object({
  apiurl: apiUrl({ version: /\/api2(\/json)?$/, example: "https://pve.example.org:8006" }),
  // Both go into one header.
  apikey: z.string(TOKEN_EXPECTED).regex(/^[^\s!=@]+@[^\s!=@]+![^\s!=]+$/, TOKEN_EXPECTED),
  apisecret: z.string(SECRET_EXPECTED).regex(/^[^\s=]+$/, SECRET_EXPECTED),
  region: z.string().min(1).optional(),
  caCert: caCertificates,
});
type ProxmoxOptions = z.infer<typeof proxmoxOptions>;

/** A Proxmox VE node or cluster. */
export const proxmoxProvider: ProviderDefinition = {
  name: NAME,
  title: "Proxmox VE",
  lists:
    "ISO images, container templates, import images and disk images on all nodes and storages that the token sees, and templates of virtual machines and containers",
  cannotList: "storages without Datastore.Audit and templates without VM.Audit: the API leaves them out silently",
  fields: [
    {
      name: "apiurl",
      label: "Node address",
      holds: "address of any node, such as https://pve.example.org:8006",
      isRequired: true,
    },
    { name: "apikey", label: "Token id", holds: "API token id, as USER@REALM!TOKEN", isRequired: true },
    { name: "apisecret", label: "Token secret", isSecret: true, holds: "API token secret", isRequired: true },
    { name: "region", label: "Node", holds: "only this node and its shared storages" },
    { name: "ca_cert", label: "Server certificate", isMultiline: true, holds: CA_CERT },
  ],
  options: proxmoxOptions,
  create: createProxmoxProvider,
};

/** Throws ZodError for wrong options. */
export function createProxmoxProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = proxmoxOptions.parse(options);
  const limits: ProviderLimits = { ...allowed, trust: parsed.caCert };
  const { apiurl, region } = parsed;
  return {
    name: NAME,
    sources: [{ key: `${NAME} ${apiurl} ${region ?? "-"} own`, scope: "own" }],
    listImages: (_, signal) => listImages(parsed, limits, signal, timing),
    identify: (signal) => identify(parsed, limits, signal, timing),
  };
}

/** Tokens may see less than their user does, so that the token's id is whose view it is. All of them may list nodes. */
async function identify(
  { apiurl, apikey, apisecret }: ProxmoxOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): Promise<string | undefined> {
  const patience = { ...timing, tries: 2, timeoutMs: 10_000, maxRetryAfterMs: 5_000 };
  const scope = new URL(apiurl).host;
  await using client = createJsonClient({
    provider: NAME,
    scope,
    limits,
    signal,
    timing: patience,
    secrets: [apisecret],
  });
  await findNodes({ client, apiurl, headers: headersOf({ apikey, apisecret }) });
  return apikey.length <= MAX_ACCOUNT_LENGTH ? apikey : undefined;
}

const MAX_ACCOUNT_LENGTH = 200;

function headersOf({ apikey, apisecret }: Pick<ProxmoxOptions, "apikey" | "apisecret">): { authorization: string } {
  return { authorization: `PVEAPIToken=${apikey}=${apisecret}` };
}

async function* listImages(
  { apiurl, apikey, apisecret, region }: ProxmoxOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): AsyncGenerator<ImagePage> {
  const scope = region ?? new URL(apiurl).host;
  await using client = createJsonClient({ provider: NAME, scope, limits, signal, timing, secrets: [apisecret] });
  yield* listCluster({ client, apiurl, headers: headersOf({ apikey, apisecret }) }, region);
}
