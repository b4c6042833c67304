import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { caCertificates, readIdentity, withTrusted } from "../transport/http/client-certificate.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider } from "../transport/paging/own-source.ts";
import { readEndpoint } from "./endpoint.ts";
import { dockerFacts } from "./facts.ts";
import { listDocker } from "./list-images.ts";

const NAME = "docker";

const LOCAL = "unix:///var/run/docker.sock";
const KEY_EXPECTED = "expected the certificate's key (PEM)";

const dockerOptions = z
  .object({
    apiurl: z.string().prefault(LOCAL),
    apikey: z.string().min(1, "expected the client's certificate (PEM)").optional(),
    apisecret: z.string().min(1, KEY_EXPECTED).optional(),
    caCert: caCertificates,
  })
  .transform(({ apiurl, apikey, apisecret, caCert }, context) => {
    const wrong = (field: string, expected: string): typeof z.NEVER => {
      context.addIssue({ code: "custom", path: [field], message: expected });
      return z.NEVER;
    };
    const endpoint = readEndpoint(apiurl, apikey !== undefined || caCert !== undefined);
    if (!endpoint) return wrong("apiurl", `expected ${LOCAL}, tcp://HOST:2376 or an http or https address`);
    if (apikey === undefined) {
      if (apisecret !== undefined) return wrong("apikey", "expected the certificate of the key");
      return { endpoint, key: undefined, identity: caCert };
    }
    if (apisecret === undefined) return wrong("apisecret", KEY_EXPECTED);
    const read = readIdentity(apikey, apisecret);
    if (read.outcome === "wrong") return wrong(read.field, read.expected);
    return { endpoint, key: apisecret, identity: withTrusted(read.identity, caCert) };
  });

/** What tests change. */
export interface DockerTuning {
  readonly timing: Partial<HttpTiming>;
  /** Images that are asked about at the same time. */
  readonly atOnce: number;
}

const TUNING: DockerTuning = { timing: {}, atOnce: 8 };

/** An engine with Docker's API: Docker itself, or Podman's service. */
export const dockerProvider: ProviderDefinition = {
  name: NAME,
  title: "Docker Engine",
  lists:
    "the images of an engine, each under every tag, or under its digests if it has no tag; without intermediate layers",
  fields: [
    { name: "apiurl", label: "Engine address", holds: `${LOCAL} (default), tcp://HOST:2376 or https://HOST` },
    {
      name: "apikey",
      label: "Client certificate",
      isMultiline: true,
      holds: "client certificate (cert.pem), followed by the certificate of the engine's authority (ca.pem)",
    },
    {
      name: "apisecret",
      label: "Client key",
      isSecret: true,
      isMultiline: true,
      holds: "the client certificate's key (key.pem)",
    },
    {
      name: "ca_cert",
      label: "Engine certificate",
      isMultiline: true,
      holds: "certificate of the engine or of its authority (ca.pem), also without a client's",
    },
  ],
  facts: dockerFacts,
  options: dockerOptions,
  create: (options, limits) => createDockerProvider(options, limits),
};

/** Throws ZodError for wrong options. */
export function createDockerProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  tuning: Partial<DockerTuning> = {},
): ImageProvider {
  const { endpoint, key, identity } = dockerOptions.parse(options);
  const { name: scope, socketPath, url } = endpoint;
  const { timing, atOnce } = { ...TUNING, ...tuning };
  return createOwnSourceProvider(
    {
      source: { key: `${NAME} ${scope} own`, scope: "own" },
      client: { provider: NAME, scope, secrets: key === undefined ? [] : [key], identity, socketPath },
      limits,
      timing,
    },
    (client) => listDocker(client, url, atOnce),
  );
}
