import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import { createJsonClient } from "../transport/http/json-client.ts";
import { createRefusalMemory, type RefusalMemory } from "../transport/auth/refusal-memory.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
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
type Access = z.infer<typeof vsphereOptions> & { readonly refusals: RefusalMemory };

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
  options: vsphereOptions,
  create: createVsphereProvider,
};

/** Throws ZodError for wrong options. */
export function createVsphereProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = vsphereOptions.parse(options);
  const limits: ProviderLimits = { ...allowed, trust: parsed.caCert };
  const { apiurl } = parsed;
  const access = { ...parsed, refusals: createRefusalMemory() };
  return {
    name: NAME,
    sources: [{ key: `${NAME} ${apiurl} own`, scope: "own" }],
    listImages: (_, signal) => listImages(access, limits, signal, timing),
    identify: (signal) => identify(access, limits, signal, timing),
  };
}

/** Whose images they are is a question that a listing can do without. */
const BRIEF = { tries: 2, timeoutMs: 10_000, maxRetryAfterMs: 5_000 };
const MAX_ACCOUNT_LENGTH = 200;

/** Users see the libraries that they have rights to, so that it is the user whose view it is. */
async function identify(
  { apiurl, apikey, apisecret, refusals }: Access,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): Promise<string | undefined> {
  const scope = new URL(apiurl).host;
  const patience = { ...timing, ...BRIEF };
  await using client = createJsonClient({
    provider: NAME,
    scope,
    limits,
    signal,
    timing: patience,
    secrets: [apisecret],
  });
  await using vcenter = openVcenter(client, { apiurl, user: apikey, password: apisecret, refusals });
  const user = await vcenter.whoAmI();
  return user !== undefined && user.length <= MAX_ACCOUNT_LENGTH ? user : undefined;
}

async function* listImages(
  { apiurl, apikey, apisecret, refusals }: Access,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): AsyncGenerator<ImagePage> {
  const scope = new URL(apiurl).host;
  await using client = createJsonClient({ provider: NAME, scope, limits, signal, timing, secrets: [apisecret] });
  await using vcenter = openVcenter(client, { apiurl, user: apikey, password: apisecret, refusals });
  yield* listLibraries(vcenter);
}
