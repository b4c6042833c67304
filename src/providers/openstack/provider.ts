import { z } from "zod";
import type { BackendOptions, ImagePage, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/api-url.ts";
import { askAccount } from "../transport/ask-account.ts";
import { createJsonClient } from "../transport/http.ts";
import type { HttpTiming } from "../transport/retry.ts";
import { EVERYTHING, type GlanceQuery, listGlance, updatedSince } from "./glance.ts";
import { signInWithKeystone } from "./keystone.ts";
import { findEndpoint, regionsOf } from "./service-access.ts";
import { openSession } from "./session.ts";

const NAME = "openstack";

/**
 * Either a user (`apikey`), a password (`apisecret`) and a project (`tenantName`), the first and last as `name` or
 * `domain/name`; or an application credential's id and secret, and no project.
 */
const openstackOptions = z.object({
  apiurl: apiUrl({ version: /\/v3$/, example: "https://keystone.example.org:5000/v3" }),
  apikey: z.string("expected a user's name or an application credential's id").min(1),
  apisecret: z.string("expected a password or an application credential's secret").min(1),
  tenantName: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
});
type OpenstackOptions = z.infer<typeof openstackOptions>;

/** A cloud with Keystone (API v3) and Glance (API v2). */
export const openstackProvider: ProviderDefinition = {
  name: NAME,
  title: "OpenStack",
  lists: "all images that Glance shows the project: public, shared, community, private and hidden ones",
  canProbe: true,
  fields: [
    { name: "apiurl", holds: "Keystone, such as https://keystone.example.org:5000/v3", isRequired: true },
    { name: "apikey", holds: "user, as NAME or DOMAIN/NAME; or an application credential's id", isRequired: true },
    { name: "apisecret", holds: "password, or the application credential's secret", isRequired: true },
    { name: "tenant_name", holds: "project, as NAME or DOMAIN/NAME; none with an application credential" },
    { name: "region", holds: "region, where there are several" },
  ],
  options: openstackOptions,
  create: createOpenstackProvider,
};

/** Throws ZodError for wrong options. */
export function createOpenstackProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = openstackOptions.parse(options);
  const { apiurl, region } = parsed;
  return {
    name: NAME,
    sources: [{ key: `${NAME} ${apiurl} ${region ?? "-"} own`, scope: "own" }],
    async identify(signal) {
      const question = { provider: NAME, scope: scopeOf(parsed), secrets: [parsed.apisecret], limits, timing, signal };
      return askAccount(question, async (client) => (await signInWithKeystone(client, parsed)).account);
    },
    listImages: (_, signal) => listImages(parsed, limits, timing, { queries: EVERYTHING, signal }),
    probeImages: (_, since, signal) => listImages(parsed, limits, timing, { queries: updatedSince(since), signal }),
  };
}

/** For messages. */
function scopeOf({ region, apiurl }: OpenstackOptions): string {
  return region ?? new URL(apiurl).host;
}

async function* listImages(
  options: OpenstackOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming>,
  { queries, signal }: { readonly queries: readonly GlanceQuery[]; readonly signal: AbortSignal },
): AsyncGenerator<ImagePage> {
  const { apisecret, region } = options;
  await using client = createJsonClient({
    provider: NAME,
    scope: scopeOf(options),
    limits,
    signal,
    timing,
    secrets: [apisecret],
  });
  const session = await openSession(client, () => signInWithKeystone(client, options));
  const image = findEndpoint(session.access, { type: "image", region });
  if (!image) {
    const regions = regionsOf(session.access, ["image"]);
    const offered = regions.length > 0 ? `; it has one in ${regions.join(", ")}` : "";
    throw client.error(
      "invalid-answer",
      `the catalogue has no public image service in ${region ?? "any region"}${offered}`,
    );
  }
  yield* listGlance({ client, session, endpoint: image.url, queries });
}
