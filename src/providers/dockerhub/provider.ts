import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createOwnSourceProvider, listBy, type OwnSourceAccess } from "../transport/paging/own-source.ts";
import { dockerhubFacts } from "./facts.ts";
import { findRepositories, listOfficial } from "./list-repositories.ts";

const NAME = "dockerhub";
const HUB = "https://hub.docker.com";

const hubOptions = z.object({
  apiurl: apiUrl({ version: /\/v2$/, example: HUB }).prefault(HUB),
});

/** Docker Hub: it has no list of its repositories, but it finds them. */
export const dockerhubProvider: ProviderDefinition = {
  name: NAME,
  title: "Docker Hub",
  lists:
    "the official images, and what the Hub finds for your search terms (shared by all backends); each term is asked again at every sync for 30 days",
  cannotList: "repositories that nobody searched for yet, because the Hub has no list of them; tags (see `oci`)",
  isSearched: true,
  fields: [{ name: "apiurl", label: "Hub address", holds: `${HUB} (default), or a mirror of its API` }],
  facts: dockerhubFacts,
  options: hubOptions,
  create: (options, limits) => createDockerhubProvider(options, limits),
};

/** Throws ZodError for wrong options. */
export function createDockerhubProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl } = hubOptions.parse(options);
  const access: OwnSourceAccess = {
    source: { key: `${NAME} ${apiurl} public`, scope: "public" },
    client: { provider: NAME, scope: new URL(apiurl).host },
    limits,
    timing,
  };
  return {
    ...createOwnSourceProvider(access, (client) => listOfficial(client, apiurl)),
    findImages: (_, term, signal) => listBy(access, signal, (client) => findRepositories(client, apiurl, term)),
  };
}
