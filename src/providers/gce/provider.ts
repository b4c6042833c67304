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
import { askAccount } from "../transport/auth/ask-account.ts";
import { createBearerSession } from "../transport/auth/bearer-session.ts";
import { createJsonClient, type JsonClient } from "../transport/http/json-client.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { untilAborted } from "../transport/http/until-aborted.ts";
import { findDefaultAccount, signInWithDefaultCredentials } from "./default-credentials.ts";
import { gceFacts } from "./facts.ts";
import { judgeQuota, listProject, listPublicProjects } from "./list-images.ts";
import { serviceAccountKey, signInAsServiceAccount } from "./service-account.ts";

const NAME = "gce";

const COMPUTE = "https://compute.googleapis.com";

/** With the domain of projects that are older than the rule for their names: `example.com:lab`. */
const PROJECT = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]*$/;

const gceOptions = z
  .object({
    apiurl: apiUrl({ version: /\/compute\/v1$/, example: COMPUTE }).prefault(COMPUTE),
    apisecret: serviceAccountKey.optional(),
    tenantName: z.string().regex(PROJECT, "expected a project id, such as my-project-1").optional(),
  })
  // Otherwise the machine's own token would be sent to that address.
  .refine(({ apisecret, apiurl }) => apisecret || isGoogle(new URL(apiurl)), {
    path: ["apiurl"],
    error: "expected an address of googleapis.com, or a service account key in apisecret",
  })
  .transform(({ tenantName, ...options }) => ({ ...options, project: tenantName ?? options.apisecret?.projectId }));
type GceOptions = z.infer<typeof gceOptions>;

/** Google Compute Engine, whose images are the same in all regions. */
export const gceProvider: ProviderDefinition = {
  name: NAME,
  title: "Google Compute Engine",
  lists:
    "the images of the public projects of Google and of operating system makers (shared by all backends), deprecated ones too, and those of the account's own project",
  cannotList: "images in the projects of Marketplace sellers: Google has no list of these projects",
  fields: [
    { name: "tenant_name", label: "Project id", holds: "project id; without one, the service account's own project" },
    {
      name: "apisecret",
      label: "Service account key",
      isSecret: true,
      isMultiline: true,
      holds: "JSON of a service account key; without one, Application Default Credentials",
    },
    { name: "apiurl", label: "API address", holds: "address of the API, if not https://compute.googleapis.com" },
  ],
  facts: gceFacts,
  options: gceOptions,
  create: createGceProvider,
};

/** Throws ZodError for wrong options. */
export function createGceProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const parsed = gceOptions.parse(options);
  const { project } = parsed;
  return {
    name: NAME,
    sources: sourcesOf(parsed),
    isAmbient: parsed.apisecret === undefined,
    ...(project !== undefined && {
      identify: (signal) =>
        askAccount({ provider: NAME, scope: project, secrets: [], limits, timing, signal }, (client) =>
          untilAborted(findAccount(client, parsed), signal),
        ),
    }),
    listImages: ({ scope }, signal) => listImages(parsed, { scope, limits, signal, timing }),
  };
}

/** The own project, then the public ones; only the latter with default credentials and no project. */
function sourcesOf({ project, apiurl }: GceOptions): SourceDescription[] {
  const endpoint = apiurl === COMPUTE ? "" : ` ${apiurl}`;
  const shared: SourceDescription = { key: `${NAME} public${endpoint}`, scope: "public" };
  return project === undefined ? [shared] : [{ key: `${NAME} own${endpoint}`, scope: "own" }, shared];
}

/** A rate quota is refilled every minute: the tries must not be over before. */
const PATIENCE: Partial<HttpTiming> = { baseDelayMs: 8_000, maxDelayMs: 60_000 };

/** The project, and the principal: what is seen of a project depends on its rights. */
async function findAccount(
  client: JsonClient,
  { apiurl, apisecret: account, project }: GceOptions,
): Promise<string | undefined> {
  if (account) await signInAsServiceAccount(client, account);
  const principal = account ? account.email : await findDefaultAccount(client, `${apiurl}/`);
  // A user's own login has no name here. What it shows is the project's, which the listing asks for by name.
  return `${project} ${principal ?? "user"}`;
}

async function* listImages(
  { apiurl, apisecret: account, project }: GceOptions,
  {
    scope,
    limits,
    signal,
    timing,
  }: {
    scope: SourceDescription["scope"];
    limits: ProviderLimits;
    signal: AbortSignal;
    timing: Partial<HttpTiming>;
  },
): AsyncGenerator<ImagePage> {
  await using client = createJsonClient({
    provider: NAME,
    scope: scope === "own" ? (project ?? "") : scope,
    limits,
    signal,
    timing: { ...PATIENCE, ...timing },
  });
  const session = createBearerSession(client, {
    signIn: () =>
      account ? signInAsServiceAccount(client, account) : signInWithDefaultCredentials(client, `${apiurl}/`),
    judge: judgeQuota,
  });
  const listing = { client, session, apiurl };
  if (scope === "public") yield* listPublicProjects(listing);
  else if (project !== undefined) yield* listProject(listing, { id: project, isOwn: true });
}

function isGoogle({ protocol, hostname }: URL): boolean {
  return protocol === "https:" && hostname.endsWith(".googleapis.com");
}
