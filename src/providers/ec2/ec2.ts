import type {
  BackendOptions,
  ImageProvider,
  Patience,
  ProviderDefinition,
  ProviderLimits,
  SourceDescription,
} from "../provider.ts";
import { listEc2Images } from "./list-images.ts";
import { type Ec2Options, ec2Options } from "./options.ts";

/** Amazon EC2 and clouds that speak its API. Without a key pair, the AWS SDK's own credential chain is used. */
export const ec2Provider: ProviderDefinition = {
  name: "ec2",
  title: "Amazon EC2",
  lists:
    "a region's public images (one copy and one crawl for all backends of the region), the account's own and those " +
    "shared with it; deprecated ones, and disabled ones of its own",
  cannotList: "AMIs that the account's Allowed AMIs setting hides",
  canProbe: true,
  fields: [
    { name: "region", holds: "region code, such as eu-west-1", isRequired: true },
    { name: "apikey", holds: "access key id; without one, the AWS SDK's own credential chain" },
    { name: "apisecret", holds: "secret access key" },
    { name: "apiurl", holds: "endpoint of an EC2-compatible cloud" },
  ],
  options: ec2Options,
  create: (options, limits) => createEc2Provider(options, limits, limits.patience),
};

/** EC2 thinks for some seconds about 1,000 images; a region has a few hundred pages. */
const PATIENCE: Patience = { maxAttempts: 8, idleTimeout: 120_000, maxPages: 20_000 };

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
  const listing = { options, limits, tuning: { ...PATIENCE, ...tuning } };
  return {
    name: "ec2",
    sources: [describeSource(options, "own"), describeSource(options, "public")],
    listImages: ({ scope }, signal) => listEc2Images({ ...listing, scope, signal }),
    probeImages: ({ scope }, since, signal) => listEc2Images({ ...listing, scope, signal, since }),
  };
}

/** Every backend of a region shows the same public images; another endpoint is another catalogue. */
function describeSource({ region, apiurl }: Ec2Options, scope: SourceDescription["scope"]): SourceDescription {
  const endpoint = apiurl ? ` ${apiurl.origin}${apiurl.pathname.replace(/\/+$/, "")}` : "";
  return { key: `ec2 ${region} ${scope}${endpoint}`, scope };
}
