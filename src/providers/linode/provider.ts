import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiToken } from "../transport/auth/api-token.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { linodeFacts } from "./facts.ts";
import { findLinodeAccount } from "./find-account.ts";
import { listLinodeImages } from "./list-images.ts";

const NAME = "linode";

const API = "https://api.linode.com";

const linodeOptions = z.object({
  apiurl: apiUrl({ version: /\/v4(beta)?$/, example: API }).prefault(API),
  apisecret: apiToken("expected a personal access token with images:read_only").optional(),
});

/** Linode, by its newer name Akamai Connected Cloud. */
export const linodeProvider: ProviderDefinition = {
  name: NAME,
  title: "Linode (Akamai)",
  lists:
    "the public images (shared by all backends; they need no token); with a token also the account's own and shared images",
  fields: [
    {
      name: "apisecret",
      label: "Access token",
      isSecret: true,
      holds: "personal access token with images:read_only; without one, only public images",
    },
    { name: "apiurl", label: "API address", holds: `address of the API, if not ${API}` },
  ],
  facts: linodeFacts,
  options: linodeOptions,
  create: createLinodeProvider,
};

/** Throws ZodError for wrong options. */
export function createLinodeProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { apiurl, apisecret: token } = linodeOptions.parse(options);
  const account =
    token === undefined
      ? { isAnonymous: true, secrets: [] }
      : { secrets: [token], identify: (client: JsonClient) => findLinodeAccount(client, { apiurl, token }) };
  const access = { name: NAME, apiurl, home: API, ...account, limits, timing };
  return createTwoSourceProvider(access, ({ client, scope }) =>
    listLinodeImages({ client, apiurl, token: scope === "own" ? token : undefined }),
  );
}
