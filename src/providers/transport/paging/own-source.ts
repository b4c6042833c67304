import type { ImagePage, ImageProvider, ProviderLimits, SourceDescription } from "../../provider.ts";
import { askAccount } from "../auth/ask-account.ts";
import { createJsonClient, type JsonClient, type JsonClientOptions } from "../http/json-client.ts";
import type { HttpTiming } from "../http/retry.ts";

/** A backend's access to a server that shows one view: an account's own, or the same to everybody. */
export interface OwnSourceAccess {
  readonly source: SourceDescription;
  /** Of whom the client speaks to; the same for a listing and for the question whose view it is. */
  readonly client: Pick<
    JsonClientOptions,
    "provider" | "scope" | "secrets" | "identity" | "socketPath" | "maxAnswerBytes"
  >;
  readonly limits: ProviderLimits;
  readonly timing: Partial<HttpTiming>;
  /** For the provider's `identify`, where the API tells whose the credentials are. A refusal by permission needs no handling. */
  readonly identify?: ((client: JsonClient) => Promise<string | undefined>) | undefined;
}

/** A provider with one source. The client lives as long as a listing. */
export function createOwnSourceProvider(
  access: OwnSourceAccess,
  list: (client: JsonClient) => AsyncIterable<ImagePage>,
): ImageProvider {
  const { source, client, limits, timing, identify } = access;
  const { secrets = [] } = client;
  return {
    name: client.provider,
    sources: [source],
    ...(identify && {
      identify: (signal: AbortSignal) => askAccount({ ...client, secrets, limits, timing, signal }, identify),
    }),
    listImages: (_, signal) => listBy(access, signal, list),
  };
}

/** What `list` gives by a client that lives as long. */
export async function* listBy(
  { client: described, limits, timing }: Pick<OwnSourceAccess, "client" | "limits" | "timing">,
  signal: AbortSignal,
  list: (client: JsonClient) => AsyncIterable<ImagePage>,
): AsyncGenerator<ImagePage> {
  await using client = createJsonClient({ ...described, limits, timing, signal });
  yield* list(client);
}
