import type { LaunchableImage } from "../launch/snippet.ts";

/** A publisher's public parameters: by the form of its images' names. */
interface ParameterRule {
  readonly owner: string;
  readonly name: RegExp;
  /** Made of what the form's groups hold. */
  readonly parameter: (groups: readonly (string | undefined)[]) => string;
}

/**
 * Parameters of Systems Manager that hold the newest image of a kind.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
 * https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
 * https://wiki.debian.org/Cloud/AmazonEC2Image
 */
const RULES: readonly ParameterRule[] = [
  {
    owner: "137112412989",
    name: /^(al2023-ami-(?:minimal-)?)2023\.[\d.]+-(kernel-\d+\.\d+-(?:x86_64|arm64))$/,
    parameter: ([start, end]) => `/aws/service/ami-amazon-linux-latest/${start}${end}`,
  },
  {
    owner: "137112412989",
    name: /^(amzn2-ami-(?:kernel-\d+\.\d+-)?hvm)-2\.[\d.]+-((?:x86_64|arm64)-(?:gp2|ebs))$/,
    parameter: ([start, end]) => `/aws/service/ami-amazon-linux-latest/${start}-${end}`,
  },
  {
    owner: "801119661308",
    name: /^(Windows_Server-\d{4}-English-(?:Full|Core)-Base)-\d{4}\.\d\d\.\d\d$/,
    parameter: ([name]) => `/aws/service/ami-windows-latest/${name}`,
  },
  {
    owner: "099720109477",
    name: /^ubuntu\/images\/hvm-ssd(-gp3)?\/ubuntu-[a-z]+-(\d\d\.\d\d)-(amd64|arm64)-server-[\d.]+$/,
    parameter: ([gp3, version, architecture]) =>
      `/aws/service/canonical/ubuntu/server/${version}/stable/current/${architecture}/hvm/ebs-${gp3 === undefined ? "gp2" : "gp3"}/ami-id`,
  },
  {
    owner: "136693071363",
    name: /^debian-(\d+)-(amd64|arm64)-\d{8}-\d+$/,
    parameter: ([release, architecture]) => `/aws/service/debian/release/${release}/latest/${architecture}`,
  },
];

/** The public parameter that holds the newest image of the same kind; null where none is known. */
export function launchParameter({ name, ownerId, apiurl }: LaunchableImage): string | null {
  if (apiurl !== null) return null;
  for (const { owner, name: form, parameter } of RULES) {
    const match = owner === ownerId ? form.exec(name) : null;
    if (match) return parameter(match.slice(1));
  }
  return null;
}
