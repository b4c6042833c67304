import type {
  BackendOptions,
  ImageProvider,
  Patience,
  ProviderDefinition,
  ProviderLimits,
  SourceDescription,
} from "../provider.ts";
import { openEc2 } from "./connection.ts";
import { ec2Facts } from "./facts.ts";
import { findAwsAccount } from "./find-account.ts";
import { type Ec2Listing, findOwner, listEc2Bodies, listEc2Images, readPublicBody } from "./list-images.ts";
import { type Ec2Options, ec2Options, isAws } from "./options.ts";

/** Amazon EC2 and clouds that speak its API. Without a key pair, the AWS SDK's own credential chain is used. */
export const ec2Provider: ProviderDefinition = {
  name: "ec2",
  title: "Amazon EC2",
  lists:
    "a region's public images (shared by all backends of the region), the account's own and those " +
    "shared with it; deprecated ones too, and its own disabled ones",
  cannotList: "AMIs that the account's Allowed AMIs setting hides",
  canProbe: true,
  fields: [
    { name: "region", label: "Region", holds: "region code, such as eu-west-1", isRequired: true },
    {
      name: "apikey",
      label: "Access key id",
      holds: "access key id; without one, the AWS SDK looks for credentials on the server's machine",
    },
    { name: "apisecret", label: "Secret access key", isSecret: true, holds: "secret access key" },
    {
      name: "role_arn",
      label: "Role",
      holds: "role to assume, also of another account, such as arn:aws:iam::123456789012:role/list-images",
    },
    { name: "external_id", label: "External id", holds: "the external id that the role requires" },
    {
      name: "profile",
      label: "Profile",
      holds: "profile of the AWS configuration on the server's machine, instead of a key",
    },
    { name: "apiurl", label: "Endpoint", holds: "endpoint of an EC2-compatible cloud" },
    {
      name: "ca_cert",
      label: "Endpoint certificate",
      isMultiline: true,
      holds: "certificate (PEM) of that endpoint, or of its authority, if the system does not trust it",
    },
  ],
  facts: ec2Facts,
  options: ec2Options,
  readBody: readPublicBody,
  create: (options, limits) => createEc2Provider(options, limits, limits.patience),
};

/** EC2 thinks for some seconds about 1,000 images; a region has a few hundred pages. */
const PATIENCE: Patience = { maxAttempts: 8, idleTimeout: 120_000, maxPages: 20_000 };

/** In the midst of a listing. */
const MAX_OUTAGE_MS = 75_000;

/**
 * Two sources, the account's own view before the region's public catalogue. Nothing is loaded or sent before the
 * first listing. Throws ZodError for wrong options.
 */
export function createEc2Provider(
  backend: BackendOptions,
  limits: ProviderLimits,
  tuning: Partial<Patience> = {},
): ImageProvider {
  const options = ec2Options.parse(backend);
  const endpoint = endpointOf(options, limits);
  // Whoever sets the number of tries means it.
  const patient = tuning.maxAttempts === undefined ? { maxOutage: MAX_OUTAGE_MS } : {};
  const listing = { options, endpoint, limits, tuning: { ...PATIENCE, ...patient, ...tuning } };
  return {
    name: "ec2",
    sources: [describeSource(options, endpoint, "own"), describeSource(options, endpoint, "public")],
    isAmbient: options.apikey === undefined && options.profile === undefined && options.roleArn === undefined,
    ...(mayAskAws(options) && { identify: (signal) => identify(listing, signal) }),
    listImages: ({ scope }, signal, known) => listEc2Images({ ...listing, scope, signal, known }),
    async listRegions(signal) {
      using connection = await openEc2(listing);
      return await connection.regions(signal);
    },
    listUnread: ({ scope }, signal) => (scope === "public" ? listEc2Bodies({ ...listing, signal }) : undefined),
    probeImages: ({ scope }, since, signal) => listEc2Images({ ...listing, scope, signal, since }),
  };
}

type Ec2Access = Omit<Ec2Listing, "scope" | "signal" | "since">;

/** By STS; where that cannot be reached, the owner of the images that are one's own tells it too. */
async function identify(access: Ec2Access, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await findAwsAccount(access.options, access.limits, signal);
  } catch (error) {
    const owner = access.options.apikey === undefined ? await findOwner({ ...access, signal }) : undefined;
    if (owner !== undefined) return owner;
    throw error;
  }
}

/** Where the listing asks, if not at AWS's endpoint of the region. */
function endpointOf({ apiurl }: Ec2Options, { ec2Endpoint }: ProviderLimits): URL | undefined {
  return apiurl ?? (ec2Endpoint === undefined ? undefined : new URL(ec2Endpoint));
}

/**
 * The keys of a cloud at another address say nothing at AWS, and are no business of AWS's. But where the server's own
 * credentials list at AWS, these may be another account's tomorrow.
 */
function mayAskAws({ apiurl, apikey, roleArn }: Ec2Options): boolean {
  return !apiurl || ((!apikey || roleArn !== undefined) && isAws(apiurl));
}

/** Every backend of a region shows the same public images; another endpoint is another catalogue. */
function describeSource(
  { region }: Ec2Options,
  endpoint: URL | undefined,
  scope: SourceDescription["scope"],
): SourceDescription {
  const where = endpoint ? ` ${endpoint.origin}${endpoint.pathname.replace(/\/+$/, "")}` : "";
  return { key: `ec2 ${region} ${scope}${where}`, scope };
}
