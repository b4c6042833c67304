import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/api-url.ts";
import { type ReadIdentity, readIdentity } from "../transport/client-certificate.ts";
import { createJsonClient } from "../transport/http.ts";
import type { HttpTiming } from "../transport/retry.ts";
import { listProjects, listPublic } from "./list-images.ts";

const NAME = "incus";

const CERTIFICATE_EXPECTED = "expected the client's certificate (PEM)";
const SECRET_EXPECTED = "expected the certificate's key (PEM) or a token";

const incusOptions = z
  .object({
    apiurl: apiUrl({ version: /\/1\.0$/, example: "https://incus.example.org:8443" }),
    apikey: z.string().min(1, CERTIFICATE_EXPECTED).optional(),
    apisecret: z.string().min(1, SECRET_EXPECTED).optional(),
    tenantName: z.string().min(1).optional(),
  })
  .transform(({ apikey, apisecret, ...options }, context) => {
    const wrong = (field: string, expected: string): typeof z.NEVER => {
      context.addIssue({ code: "custom", path: [field], message: expected });
      return z.NEVER;
    };
    if (apisecret === undefined) {
      if (apikey !== undefined) return wrong("apisecret", SECRET_EXPECTED);
      if (options.tenantName !== undefined) return wrong("tenantName", "expected none: only credentials open projects");
      return { ...options, secret: undefined, token: undefined, identity: undefined };
    }
    const isToken = /^\S+$/.test(apisecret) && !apisecret.includes("-----");
    if (apikey === undefined && !isToken) return wrong("apikey", CERTIFICATE_EXPECTED);
    const read = readAll(apikey, isToken ? undefined : apisecret);
    if (read.outcome === "wrong") return wrong(read.field, read.expected);
    return { ...options, secret: apisecret, token: isToken ? apisecret : undefined, identity: read.identity };
  });
type IncusOptions = z.infer<typeof incusOptions>;

/** A server of Incus, or of LXD, whose API is the same here. */
export const incusProvider: ProviderDefinition = {
  name: NAME,
  title: "Incus and LXD",
  lists:
    "the images of a server, in all projects that the certificate or token opens; without either its public images, one copy and one crawl for all backends",
  fields: [
    { name: "apiurl", holds: "server, such as https://incus.example.org:8443", isRequired: true },
    {
      name: "apikey",
      holds: "client certificate (PEM), and below it the server's own (server.crt), where no authority vouches for it",
    },
    {
      name: "apisecret",
      holds: "the client certificate's key (PEM); or a bearer token, alone or with server.crt as apikey",
    },
    { name: "tenant_name", holds: "only this project" },
  ],
  options: incusOptions,
  create: createIncusProvider,
};

/** Throws ZodError for wrong options. */
export function createIncusProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = incusOptions.parse(options);
  const { apiurl, secret, tenantName } = parsed;
  return {
    name: NAME,
    sources: [
      secret === undefined
        ? { key: `${NAME} ${apiurl} public`, scope: "public" }
        : { key: `${NAME} ${apiurl} ${tenantName ?? "-"} own`, scope: "own" },
    ],
    listImages: (_, signal) => listImages(parsed, limits, signal, timing),
  };
}

async function* listImages(
  { apiurl, secret, token, identity, tenantName: project }: IncusOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): AsyncGenerator<ImagePage> {
  await using client = createJsonClient({
    provider: NAME,
    scope: project ?? new URL(apiurl).host,
    limits,
    signal,
    timing,
    secrets: secret === undefined ? [] : [secret],
    identity,
  });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const listing = { client, apiurl, headers };
  if (secret === undefined) yield* listPublic(listing);
  else yield* listProjects(listing, project);
}

function readAll(certificates: string | undefined, key: string | undefined): ReadIdentity {
  return certificates === undefined
    ? { outcome: "identity", identity: { trusted: [] } }
    : readIdentity(certificates, key);
}
