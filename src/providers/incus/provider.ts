import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { caCertificates, type ReadIdentity, readIdentity, withTrusted } from "../transport/http/client-certificate.ts";
import { createJsonClient, type JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { type IncusListing, listProjects, listPublic, readTrusted } from "./list-images.ts";

const NAME = "incus";

const CERTIFICATE_EXPECTED = "expected the client's certificate (PEM)";
const SECRET_EXPECTED = "expected the certificate's key (PEM) or a token";

/** A server's own socket, where whoever may open it is trusted. */
const unixSocket = z.string().regex(/^unix:\/\/\/[^?#]+$/);
const serverUrl = apiUrl({ version: /\/1\.0$/, example: "https://incus.example.org:8443" });

const incusOptions = z
  .object({
    apiurl: z.union(
      [unixSocket, serverUrl],
      "expected https://incus.example.org:8443 or unix:///var/lib/incus/unix.socket",
    ),
    apikey: z.string().min(1, CERTIFICATE_EXPECTED).optional(),
    apisecret: z.string().min(1, SECRET_EXPECTED).optional(),
    tenantName: z.string().min(1).optional(),
    caCert: caCertificates,
  })
  .transform(({ apikey, apisecret, caCert, ...options }, context) => {
    const wrong = (field: string, expected: string): typeof z.NEVER => {
      context.addIssue({ code: "custom", path: [field], message: expected });
      return z.NEVER;
    };
    if (options.apiurl.startsWith("unix:")) {
      if (apikey !== undefined) return wrong("apikey", "expected none with a socket");
      if (apisecret !== undefined) return wrong("apisecret", "expected none with a socket");
      return { ...options, secret: undefined, token: undefined, identity: undefined };
    }
    if (apisecret === undefined) {
      if (apikey !== undefined) return wrong("apisecret", `${SECRET_EXPECTED}; a server's own goes into ca_cert`);
      return { ...options, secret: undefined, token: undefined, identity: caCert };
    }
    const isToken = /^\S+$/.test(apisecret) && !apisecret.includes("-----");
    if (apikey === undefined && !isToken) return wrong("apikey", CERTIFICATE_EXPECTED);
    const read = readAll(apikey, isToken ? undefined : apisecret);
    if (read.outcome === "wrong") return wrong(read.field, read.expected);
    return {
      ...options,
      secret: apisecret,
      token: isToken ? apisecret : undefined,
      identity: withTrusted(read.identity, caCert),
    };
  });
type IncusOptions = z.infer<typeof incusOptions>;

/** A server of Incus, or of LXD, whose API is the same here. */
export const incusProvider: ProviderDefinition = {
  name: NAME,
  title: "Incus and LXD",
  lists:
    "the images of a server in all projects that the certificate or token opens; without either its public images (shared by all backends)",
  fields: [
    {
      name: "apiurl",
      label: "Server address",
      holds: "server, such as https://incus.example.org:8443, or its socket, unix:///var/lib/incus/unix.socket",
      isRequired: true,
    },
    {
      name: "apikey",
      label: "Client certificate",
      isMultiline: true,
      holds: "client certificate (PEM), followed by the server's own (server.crt) if no authority has signed it",
    },
    {
      name: "apisecret",
      label: "Client key or token",
      isSecret: true,
      isMultiline: true,
      holds: "the client certificate's key (PEM); or a bearer token, alone or with server.crt as apikey",
    },
    { name: "tenant_name", label: "Project", holds: "only this project; without credentials its public images" },
    {
      name: "ca_cert",
      label: "Server certificate",
      isMultiline: true,
      holds: "the server's own certificate (server.crt), where no authority vouches for it",
    },
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
  const { apiurl, tenantName } = parsed;
  const isPublic = !isTrustedWay(parsed);
  return {
    name: NAME,
    sources: [
      isPublic
        ? { key: `${NAME} ${apiurl} public${tenantName === undefined ? "" : ` ${tenantName}`}`, scope: "public" }
        : { key: `${NAME} ${apiurl} ${tenantName ?? "-"} own`, scope: "own" },
    ],
    listImages: (_, signal) => listImages(parsed, limits, signal, timing),
    ...(!isPublic && { identify: (signal: AbortSignal) => identify(parsed, limits, signal, timing) }),
  };
}

/** Whether the server is asked as somebody, and so shows more than its public images. */
function isTrustedWay({ secret, apiurl }: IncusOptions): boolean {
  return secret !== undefined || apiurl.startsWith("unix:");
}

async function* listImages(
  options: IncusOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): AsyncGenerator<ImagePage> {
  await using client = openClient(options, limits, signal, timing);
  const listing = listingOf(options, client);
  if (!isTrustedWay(options)) yield* listPublic(listing, options.tenantName);
  else yield* listProjects(listing, options.tenantName);
}

/** Whose images they are is a question that a listing can do without. */
const BRIEF = { tries: 2, timeoutMs: 10_000, maxRetryAfterMs: 5_000 };
const MAX_ACCOUNT_LENGTH = 200;

/** Whom the server knows the client as: a certificate's fingerprint, a user. That may have rights to some projects only. */
async function identify(
  options: IncusOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): Promise<string | undefined> {
  await using client = openClient(options, limits, signal, { ...timing, ...BRIEF });
  const { name, method } = await readTrusted(listingOf(options, client));
  const shown = options.token === undefined ? options.identity?.client?.certificate.fingerprint256 : undefined;
  // Servers before LXD 3.21 do not tell; those that trust a certificate know it by nothing else.
  const user = name || shown?.replaceAll(":", "").toLowerCase();
  if (!user || user === options.token) return undefined;
  const project = options.tenantName === undefined ? [] : ["project", options.tenantName];
  const account = [method || "tls", user, ...project].join(" ");
  return account.length <= MAX_ACCOUNT_LENGTH ? account : undefined;
}

function openClient(
  { apiurl, secret, identity, tenantName: project }: IncusOptions,
  limits: ProviderLimits,
  signal: AbortSignal,
  timing: Partial<HttpTiming>,
): JsonClient {
  return createJsonClient({
    provider: NAME,
    scope: project ?? (new URL(apiurl).host || apiurl),
    limits,
    signal,
    timing,
    secrets: secret === undefined ? [] : [secret],
    identity,
    ...(apiurl.startsWith("unix:") && { socketPath: apiurl.slice("unix://".length) }),
  });
}

function listingOf({ apiurl, token }: IncusOptions, client: JsonClient): IncusListing {
  const url = apiurl.startsWith("unix:") ? "http://localhost" : apiurl;
  return { client, apiurl: url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
}

function readAll(certificates: string | undefined, key: string | undefined): ReadIdentity {
  return certificates === undefined
    ? { outcome: "identity", identity: { trusted: [] } }
    : readIdentity(certificates, key);
}
