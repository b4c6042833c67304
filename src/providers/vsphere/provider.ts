import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { createRefusalMemory } from "../transport/auth/refusal-memory.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider } from "../transport/paging/own-source.ts";
import { vsphereFacts } from "./facts.ts";
import { listLibraries } from "./list-images.ts";
import { openVcenter } from "./open-vcenter.ts";

const NAME = "vsphere";

const USER_EXPECTED = "expected a user name, such as imagedex@vsphere.local";
const PASSWORD_EXPECTED = "expected the user's password";

const vsphereOptions = z.object({
  apiurl: apiUrl({ version: /\/(api|rest|sdk)$/, example: "https://vcenter.example.org" }),
  // What stands before the colon of a Basic authorization is the user name.
  apikey: z.string(USER_EXPECTED).regex(/^[^:]+$/, USER_EXPECTED),
  apisecret: z.string(PASSWORD_EXPECTED).min(1, PASSWORD_EXPECTED),
  caCert: caCertificates,
});

/** A vCenter, by its Automation API (7.0 U2 and later). */
export const vsphereProvider: ProviderDefinition = {
  name: NAME,
  title: "VMware vSphere",
  lists:
    "templates of virtual machines, OVF packages, ISO images and files in the content libraries that the user sees",
  cannotList: "templates outside of content libraries",
  fields: [
    {
      name: "apiurl",
      label: "vCenter address",
      holds: "vCenter, such as https://vcenter.example.org",
      isRequired: true,
    },
    { name: "apikey", label: "User name", holds: "user name, such as imagedex@vsphere.local", isRequired: true },
    { name: "apisecret", label: "Password", isSecret: true, holds: "password", isRequired: true },
    { name: "ca_cert", label: "vCenter certificate", isMultiline: true, holds: CA_CERT },
  ],
  facts: vsphereFacts,
  options: vsphereOptions,
  create: createVsphereProvider,
};

/** Throws ZodError for wrong options. */
export function createVsphereProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, apikey: user, apisecret: password, caCert: trust } = vsphereOptions.parse(options);
  const refusals = createRefusalMemory();
  const open = (client: JsonClient): ReturnType<typeof openVcenter> =>
    openVcenter(client, { apiurl, user, password, refusals });
  return createOwnSourceProvider(
    {
      source: { key: `${NAME} ${apiurl} own`, scope: "own" },
      client: { provider: NAME, scope: new URL(apiurl).host, secrets: [password] },
      limits: { ...allowed, trust },
      timing,
      // Users see the libraries that they have rights to, so that it is the user whose view it is.
      async identify(client) {
        await using vcenter = open(client);
        return await vcenter.whoAmI();
      },
    },
    async function* (client) {
      await using vcenter = open(client);
      yield* listLibraries(vcenter);
    },
  );
}
