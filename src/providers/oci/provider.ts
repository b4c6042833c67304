import { z } from "zod";
import type {
  BackendOptions,
  ImagePage,
  ImageProvider,
  ProviderDefinition,
  ProviderLimits,
  SourceDescription,
} from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { CA_CERT, caCertificates } from "../transport/http/client-certificate.ts";
import { createJsonClient, type JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { readAccountName } from "./account-name.ts";
import { ociFacts } from "./facts.ts";
import { listRegistry } from "./list-images.ts";
import { PATIENCE, type PatienceLimits } from "./patience.ts";
import { type Account, openRegistry } from "./registry-access.ts";

const NAME = "oci";

const REPOSITORIES_EXPECTED = "expected repositories separated by commas, such as library/ubuntu, lab/web";
const USER_EXPECTED = "expected the user's name";
const PASSWORD_EXPECTED = "expected the user's password or token";

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Registries that nobody may list, by host: those to be listed must be named. */
const WITHOUT_CATALOGUE: Readonly<Record<string, string>> = {
  "registry-1.docker.io": "Docker Hub",
  "ghcr.io": "GitHub's registry",
};
/** What people call Docker Hub by; its registry is at another. */
const DOCKER_HUB = "https://registry-1.docker.io";
const DOCKER_HUB_NAMES = /^https:\/\/((www|hub|index)\.)?docker\.(io|com)(\/.*)?$/;

const registryUrl = apiUrl({ version: /\/v2$/, example: "https://registry.example.org:5000" }).transform((url) =>
  DOCKER_HUB_NAMES.test(url) ? DOCKER_HUB : url,
);

const repositories = z
  .string()
  .transform((text) => [...new Set(text.split(/[\s,]+/).filter((name) => name !== ""))].toSorted())
  .refine((names) => names.length > 0 && names.every((name) => REPOSITORY.test(name)), REPOSITORIES_EXPECTED);

const ociOptions = z
  .object({
    apiurl: registryUrl,
    // What stands before the colon of a Basic authorization is the user name.
    apikey: z
      .string()
      .regex(/^[^:]+$/, USER_EXPECTED)
      .optional(),
    apisecret: z.string().min(1, PASSWORD_EXPECTED).optional(),
    tenantName: repositories.optional(),
    caCert: caCertificates,
  })
  .refine(({ apikey, apisecret }) => apikey === undefined || apisecret !== undefined, {
    path: ["apisecret"],
    error: PASSWORD_EXPECTED,
  })
  .refine(({ apikey, apisecret }) => apisecret === undefined || apikey !== undefined, {
    path: ["apikey"],
    error: USER_EXPECTED,
  })
  .transform((options, context) => {
    const { host } = new URL(options.apiurl);
    const name = WITHOUT_CATALOGUE[host];
    if (name === undefined) return options;
    if (options.tenantName) return { ...options, tenantName: options.tenantName.map((named) => fullName(host, named)) };
    const message = `${name} has no catalogue of its repositories; ${REPOSITORIES_EXPECTED}`;
    context.addIssue({ code: "custom", path: ["tenantName"], message });
    return z.NEVER;
  });
type OciOptions = z.infer<typeof ociOptions>;

/** Docker Hub's own images are called by their last name: `ubuntu` is `library/ubuntu`. */
function fullName(host: string, repository: string): string {
  return host === new URL(DOCKER_HUB).host && !repository.includes("/") ? `library/${repository}` : repository;
}

/** What tests change. */
export interface OciTuning {
  readonly timing: Partial<HttpTiming>;
  /** Repositories that are listed at the same time. */
  readonly atOnce: number;
  readonly patience: PatienceLimits;
}

const TUNING: OciTuning = { timing: {}, atOnce: 4, patience: PATIENCE };

/** For repositories that are asked when the listing's patience is over. */
const HASTY = { tries: 1, timeoutMs: 10_000 };
/** Whose images they are is a question that a listing can do without. */
const BRIEF = { tries: 2, timeoutMs: 10_000, maxRetryAfterMs: 5_000 };

/** A registry of container images (OCI Distribution, Docker Registry v2). */
export const ociProvider: ProviderDefinition = {
  name: NAME,
  title: "OCI registry",
  lists:
    "every tag of every repository of a registry, or of the named repositories; without credentials what everybody sees (shared by all backends)",
  cannotList:
    "repositories that are not named, if the registry has no catalogue (Docker Hub, GitHub); platform and date of an image, which only its manifest has",
  fields: [
    {
      name: "apiurl",
      label: "Registry address",
      holds: "registry, such as https://registry.example.org:5000",
      isRequired: true,
    },
    { name: "apikey", label: "User name", holds: "user name" },
    { name: "apisecret", label: "Password or token", isSecret: true, holds: "password or token" },
    { name: "tenant_name", label: "Repositories", holds: "only these repositories, separated by commas" },
    { name: "ca_cert", label: "Registry certificate", isMultiline: true, holds: CA_CERT },
  ],
  facts: ociFacts,
  options: ociOptions,
  create: (options, limits) => createOciProvider(options, limits),
};

/** Throws ZodError for wrong options. */
export function createOciProvider(
  options: BackendOptions,
  allowed: ProviderLimits,
  tuning: Partial<OciTuning> = {},
): ImageProvider {
  const parsed = ociOptions.parse(options);
  const limits: ProviderLimits = { ...allowed, trust: parsed.caCert };
  const account = accountOf(parsed);
  return {
    name: NAME,
    sources: [sourceOf(parsed)],
    listImages: (_, signal) => listImages(parsed, limits, signal, { ...TUNING, ...tuning }),
    ...(account && { identify: (signal: AbortSignal) => identify(account, limits, signal, tuning.timing) }),
  };
}

function sourceOf({ apiurl, apikey, tenantName }: OciOptions): SourceDescription {
  const named = tenantName === undefined ? "" : ` ${tenantName.join(",")}`;
  if (apikey !== undefined) return { key: `${NAME} ${apiurl} own${named}`, scope: "own" };
  return { key: `${NAME} ${apiurl} public${named}`, scope: "public" };
}

async function* listImages(
  options: OciOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  { timing, atOnce, patience }: OciTuning,
): AsyncGenerator<ImagePage> {
  const { apiurl, tenantName: only } = options;
  const account = accountOf(options);
  await using patient = openClient({ apiurl, account }, limits, signal, timing);
  await using hurried = openClient({ apiurl, account }, limits, signal, { ...timing, ...HASTY });
  const client = { ...patient, takeCalls: () => patient.takeCalls() + hurried.takeCalls() };
  const registry = openRegistry(patient, account);
  const hasty = openRegistry(hurried, account);
  yield* listRegistry({ client, registry, hasty, apiurl, isPublic: account === undefined, atOnce, patience }, only);
}

interface NamedAccount extends Account {
  readonly apiurl: string;
  readonly user: string;
  readonly password: string;
}

function accountOf({ apiurl, apikey: user, apisecret: password }: OciOptions): NamedAccount | undefined {
  if (user === undefined || password === undefined) return undefined;
  return { apiurl, user, password, basic: Buffer.from(`${user}:${password}`).toString("base64") };
}

function openClient(
  { apiurl, account }: { readonly apiurl: string; readonly account: NamedAccount | undefined },
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): JsonClient {
  const secrets = account ? [account.password, account.basic] : [];
  return createJsonClient({ provider: NAME, scope: new URL(apiurl).host, limits, signal, timing, secrets });
}

async function identify(
  account: NamedAccount,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming> = {},
): Promise<string | undefined> {
  await using client = openClient({ apiurl: account.apiurl, account }, limits, signal, { ...timing, ...BRIEF });
  return await readAccountName(openRegistry(client, account), account);
}
