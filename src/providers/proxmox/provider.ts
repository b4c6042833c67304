import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider } from "../transport/paging/own-source.ts";
import { proxmoxFacts } from "./facts.ts";
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
  facts: proxmoxFacts,
  options: proxmoxOptions,
  create: createProxmoxProvider,
};

/** Throws ZodError for wrong options. */
export function createProxmoxProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, apikey, apisecret, region, caCert: trust } = proxmoxOptions.parse(options);
  const headers = { authorization: `PVEAPIToken=${apikey}=${apisecret}` };
  return createOwnSourceProvider(
    {
      source: { key: `${NAME} ${apiurl} ${region ?? "-"} own`, scope: "own" },
      client: { provider: NAME, scope: region ?? new URL(apiurl).host, secrets: [apisecret] },
      limits: { ...allowed, trust },
      timing,
      // Tokens may see less than their user does, so that the token's id is whose view it is. All of them may list nodes.
      async identify(client) {
        await findNodes({ client, apiurl, headers });
        return apikey;
      },
    },
    (client) => listCluster({ client, apiurl, headers }, region),
  );
}
