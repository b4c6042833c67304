import type { ImagePage, ImageProvider, ProviderLimits, SourceDescription } from "../../provider.ts";
import { askAccount } from "../auth/ask-account.ts";
import { createJsonClient, type JsonClient } from "../http/json-client.ts";
import type { HttpTiming } from "../http/retry.ts";

/** A backend's access to a cloud whose API shows the account's own images and those that everybody sees. */
export interface CloudAccess {
  /** The provider's name. */
  readonly name: string;
  /** The region or zone, of clouds whose images are of one. */
  readonly place?: string;
  readonly apiurl: string;
  /** Where the cloud itself has its API; at another `apiurl` others' images may be public. */
  readonly home: string;
  /** Whether no account is used; then there are only the images that everybody sees. */
  readonly isAnonymous?: boolean;
  /** Secrets: never part of an error message. */
  readonly secrets: readonly string[];
  readonly limits: ProviderLimits;
  readonly timing: Partial<HttpTiming>;
  /** For the provider's `identify`, where the API tells whose the credentials are. A refusal by permission needs no handling. */
  readonly identify?: (client: JsonClient) => Promise<string | undefined>;
}

/** What is to be listed, and whom to ask. */
export interface SourceListing {
  readonly client: JsonClient;
  readonly scope: SourceDescription["scope"];
  /** Set for a probe: images that came before need not be listed. */
  readonly since?: Date;
}

type ListSource = (listing: SourceListing) => AsyncIterable<ImagePage>;

/** A provider with the account's own source, and one that all backends share. The client lives as long as a listing. */
export function createTwoSourceProvider(access: CloudAccess, list: ListSource): ImageProvider {
  const { name, apiurl, place, identify, isAnonymous = false, secrets, limits, timing } = access;
  const question = { provider: name, scope: place ?? new URL(apiurl).host, secrets, limits, timing };
  return {
    name,
    sources: sourcesOf(access),
    ...(identify && !isAnonymous && { identify: (signal) => askAccount({ ...question, signal }, identify) }),
    listImages: ({ scope }, signal) => open(access, list, { scope, signal }),
  };
}

/** Like `createTwoSourceProvider`, for clouds whose `list` understands `since`. */
export function createProbedProvider(access: CloudAccess, list: ListSource): ImageProvider {
  return {
    ...createTwoSourceProvider(access, list),
    probeImages: ({ scope }, since, signal) => open(access, list, { scope, since, signal }),
  };
}

/** The own source, then the public one. Another endpoint than the cloud's own has other accounts and images. */
function sourcesOf({ name, place, apiurl, home, isAnonymous = false }: CloudAccess): SourceDescription[] {
  const where = place === undefined ? name : `${name} ${place}`;
  const endpoint = apiurl === home ? "" : ` ${apiurl}`;
  const shared: SourceDescription = { key: `${where} public${endpoint}`, scope: "public" };
  return isAnonymous ? [shared] : [{ key: `${where} own${endpoint}`, scope: "own" }, shared];
}

async function* open(
  { name, place, apiurl, secrets, limits, timing }: CloudAccess,
  list: ListSource,
  { signal, ...what }: { readonly signal: AbortSignal } & Omit<SourceListing, "client">,
): AsyncGenerator<ImagePage> {
  // When one request fails, the others under way end with the listing.
  const listing = new AbortController();
  await using client = createJsonClient({
    provider: name,
    scope: place ?? new URL(apiurl).host,
    limits,
    signal: AbortSignal.any([signal, listing.signal]),
    timing,
    secrets,
  });
  try {
    yield* list({ client, ...what });
  } finally {
    listing.abort();
  }
}
