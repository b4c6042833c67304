import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import { caCertificates, type ReadIdentity, readIdentity, withTrusted } from "../transport/http/client-certificate.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider } from "../transport/paging/own-source.ts";
import { incusFacts } from "./facts.ts";
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
      if (apikey !== undefined) return wrong("apikey", "not used with a socket");
      if (apisecret !== undefined) return wrong("apisecret", "not used with a socket");
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
      holds: "the server's own certificate (server.crt), if no authority signed it",
    },
  ],
  facts: incusFacts,
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
  const { apiurl, tenantName: project, secret, identity } = parsed;
  const isSocket = apiurl.startsWith("unix:");
  // Whether the server is asked as somebody, and so shows more than its public images.
  const isTrusted = secret !== undefined || isSocket;
  return createOwnSourceProvider(
    {
      source: isTrusted
        ? { key: `${NAME} ${apiurl} ${project ?? "-"} own`, scope: "own" }
        : { key: `${NAME} ${apiurl} public${project === undefined ? "" : ` ${project}`}`, scope: "public" },
      client: {
        provider: NAME,
        scope: project ?? (new URL(apiurl).host || apiurl),
        secrets: secret === undefined ? [] : [secret],
        identity,
        ...(isSocket && { socketPath: apiurl.slice("unix://".length) }),
      },
      limits,
      timing,
      identify: isTrusted ? (client) => findAccount(parsed, client) : undefined,
    },
    (client) => {
      const listing = listingOf(parsed, client);
      return isTrusted ? listProjects(listing, project) : listPublic(listing, project);
    },
  );
}

/** Whom the server knows the client as: a certificate's fingerprint, a user. That may have rights to some projects only. */
async function findAccount(options: IncusOptions, client: JsonClient): Promise<string | undefined> {
  const { name, method } = await readTrusted(listingOf(options, client));
  const shown = options.token === undefined ? options.identity?.client?.certificate.fingerprint256 : undefined;
  // Servers before LXD 3.21 do not tell; those that trust a certificate know it by nothing else.
  const user = name || shown?.replaceAll(":", "").toLowerCase();
  if (!user) return undefined;
  const project = options.tenantName === undefined ? [] : ["project", options.tenantName];
  return [method || "tls", user, ...project].join(" ");
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
