import type { BuildSeries, Release } from "./build-series.ts";

/*
 * Amazon's own images. Owner ids and names are those its accounts really use in most regions.
 */

const AMAZON_LINUX = "137112412989";
const WINDOWS = "801119661308";
const KUBERNETES = "602401143452";
const CONTAINERS = "591542846629";
const LEARNING = "898082745236";
const BEANSTALK = "102837901569";
const BOTTLEROCKET = "092701018921";
const MAC = "628277914472";

const BOTH = ["x86_64", "arm64"] as const;
const INTEL = ["x86_64"] as const;

const AL2023: readonly Release[] = [
  { version: "2023", code: "6.1", from: "2023-03", to: "2028-01" },
  { version: "2023", code: "6.12", from: "2025-04", to: "2028-01" },
];
const AL2: readonly Release[] = [{ version: "2", from: "2018-06", to: "2027-01" }];
const AL1: readonly Release[] = [{ version: "2018.03.0", from: "2018-04", to: "2023-12" }];
const WINDOWS_SERVERS: readonly Release[] = [
  { version: "2016", from: "2017-01", to: "2027-01" },
  { version: "2019", from: "2018-10", to: "2028-01" },
  { version: "2022", from: "2021-09", to: "2028-01" },
  { version: "2025", from: "2024-11", to: "2028-01" },
];

const al2023: readonly BuildSeries[] = [
  {
    owner: AMAZON_LINUX,
    alias: "amazon",
    name: "al2023-ami-{version}.{minor}.{date}.0-kernel-{code}-{arch}",
    description: "Amazon Linux 2023 AMI {version}.{minor}.{date}.0 {arch} HVM kernel-{code}",
    releases: AL2023,
    architectures: BOTH,
    pace: 40,
    storage: "xvda",
    size: 8,
    deprecatedAfterDays: 90,
  },
  {
    owner: AMAZON_LINUX,
    alias: "amazon",
    name: "al2023-ami-minimal-{version}.{minor}.{date}.0-kernel-{code}-{arch}",
    description: "Amazon Linux 2023 AMI {version}.{minor}.{date}.0 {arch} Minimal HVM kernel-{code}",
    releases: AL2023,
    architectures: BOTH,
    pace: 40,
    storage: "xvda",
    size: 2,
    deprecatedAfterDays: 90,
  },
];

const olderLinux: readonly BuildSeries[] = [
  {
    owner: AMAZON_LINUX,
    alias: "amazon",
    name: "amzn2-ami-{variant}hvm-2.0.{date}.0-{arch}-gp2",
    description: "Amazon Linux 2 AMI 2.0.{date}.0 {arch} HVM gp2",
    releases: AL2,
    variants: ["", "kernel-5.10-", "minimal-"],
    architectures: BOTH,
    pace: 26,
    storage: "xvda",
    size: 8,
    deprecatedAfterDays: 730,
  },
  {
    owner: AMAZON_LINUX,
    alias: "amazon",
    name: "amzn-ami-{variant}-{version}.{date}.0-x86_64-{code}",
    description: "Amazon Linux AMI {version}.{date}.0 x86_64 {variant}",
    releases: AL1.map((release) => ({ ...release, code: "gp2" })),
    variants: ["hvm", "minimal-hvm", "vpc-nat"],
    architectures: INTEL,
    pace: 24,
    storage: "xvda",
    size: 8,
    deprecatedAfterDays: 730,
  },
  {
    owner: AMAZON_LINUX,
    alias: "amazon",
    name: "amzn-ami-pv-{version}.{date}-{arch}-ebs",
    description: "Amazon Linux AMI {version}.{date} {arch} PV EBS",
    releases: [{ version: "2015.09", from: "2012-03", to: "2016-03" }],
    architectures: ["x86_64", "i386"],
    pace: 20,
    paravirtual: true,
    size: 8,
  },
];

const windows: readonly BuildSeries[] = [
  {
    owner: WINDOWS,
    alias: "amazon",
    name: "Windows_Server-{version}-{variant}-Base-{dotted}",
    description: "Microsoft Windows Server {version} {variant} Locale AMI provided by Amazon",
    releases: WINDOWS_SERVERS,
    variants: ["English-Full", "English-Core", "Japanese-Full", "German-Full", "French-Full", "Korean-Full"],
    architectures: INTEL,
    pace: 12,
    billing: "windows",
    size: 30,
    deprecatedAfterDays: 400,
  },
  {
    owner: WINDOWS,
    alias: "amazon",
    name: "Windows_Server-{version}-English-Full-SQL_{variant}-{dotted}",
    description: "Microsoft Windows Server {version} Full Locale English with SQL {variant} AMI provided by Amazon",
    releases: WINDOWS_SERVERS,
    variants: ["2017_Standard", "2019_Standard", "2019_Web", "2019_Express", "2022_Enterprise", "2022_Standard"],
    architectures: INTEL,
    pace: 12,
    billing: "windows-sql",
    size: 50,
    deprecatedAfterDays: 400,
  },
  {
    owner: WINDOWS,
    alias: "amazon",
    name: "Windows_Server-{version}-English-{variant}-{dotted}",
    description: "Microsoft Windows Server {version} {variant} and provided by Amazon",
    releases: WINDOWS_SERVERS.slice(1),
    variants: ["Full-ECS_Optimized", "Core-ECS_Optimized", "Full-EKS_Optimized-1.29", "Core-EKS_Optimized-1.31"],
    architectures: INTEL,
    pace: 12,
    billing: "windows",
    size: 50,
    deprecatedAfterDays: 400,
  },
];

/** Kubernetes releases with the months in which Amazon built nodes for them. */
const NODES: readonly Release[] = Array.from({ length: 15 }, (_, i) => ({
  version: `1.${19 + i}`,
  from: monthAfter(2021, 4 * i),
  to: monthAfter(2024, 4 * i),
}));

function monthAfter(year: number, months: number): string {
  return new Date(Date.UTC(year, months)).toISOString().slice(0, 7);
}

const containers: readonly BuildSeries[] = [
  {
    owner: KUBERNETES,
    alias: "amazon",
    name: "amazon-eks-{variant}-{version}-v{date}",
    description: "EKS Kubernetes Worker AMI with AmazonLinux2 image, (k8s: {version}.{patch}, containerd: 1.7.*)",
    releases: NODES.slice(0, 13),
    variants: ["node", "gpu-node"],
    architectures: INTEL,
    pace: 36,
    storage: "xvda",
    size: 20,
    deprecatedAfterDays: 730,
  },
  {
    owner: KUBERNETES,
    alias: "amazon",
    name: "amazon-eks-node-al2023-{arch}-{variant}-{version}-v{date}",
    description:
      "EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: {version}.{patch}, containerd: 2.1.*)",
    releases: NODES.slice(6),
    variants: ["standard", "nvidia"],
    architectures: BOTH,
    pace: 36,
    storage: "xvda",
    size: 20,
    deprecatedAfterDays: 730,
  },
  {
    owner: CONTAINERS,
    alias: "amazon",
    name: "amzn2-ami-ecs-{variant}hvm-2.0.{date}-{arch}-ebs",
    description: "Amazon Linux AMI 2.0.{date} {arch} ECS HVM GP2",
    releases: AL2,
    variants: ["", "kernel-5.10-", "inf-"],
    architectures: BOTH,
    pace: 30,
    storage: "xvda",
    size: 30,
    deprecatedAfterDays: 730,
  },
  {
    owner: CONTAINERS,
    alias: "amazon",
    name: "al2023-ami-ecs-{variant}hvm-2023.0.{date}-kernel-{code}-{arch}",
    description: "Amazon Linux AMI 2023.0.{date} {arch} ECS HVM EBS",
    releases: AL2023.slice(0, 1),
    variants: ["", "neuron-", "gpu-"],
    architectures: BOTH,
    pace: 40,
    storage: "xvda",
    size: 30,
    deprecatedAfterDays: 730,
  },
  {
    owner: BOTTLEROCKET,
    alias: "amazon",
    name: "bottlerocket-aws-k8s-{version}-{variant}{aarch}-v{semver}-{hash}",
    releases: NODES.slice(5),
    variants: ["", "nvidia-"],
    architectures: BOTH,
    pace: 14,
    storage: "xvda",
    size: 2,
    deprecatedAfterDays: 730,
  },
];

const services: readonly BuildSeries[] = [
  {
    owner: LEARNING,
    alias: "amazon",
    name: "Deep Learning {variant} ({code}) {date}",
    description:
      "Supported EC2 instances: G4dn, G5, G6, Gr6, P4, P4de, P5. Release notes: https://docs.aws.amazon.com/dlami/",
    releases: [
      { version: "20.04", code: "Ubuntu 20.04", from: "2021-06", to: "2025-06" },
      { version: "22.04", code: "Ubuntu 22.04", from: "2023-09", to: "2028-01" },
      { version: "2", code: "Amazon Linux 2", from: "2020-06", to: "2025-12" },
      { version: "2023", code: "Amazon Linux 2023", from: "2024-06", to: "2028-01" },
    ],
    variants: [
      "AMI GPU PyTorch 2.4",
      "AMI GPU TensorFlow 2.16",
      "Base OSS Nvidia Driver GPU AMI",
      "AMI Neuron PyTorch",
    ],
    architectures: INTEL,
    pace: 40,
    size: 65,
    deprecatedAfterDays: 730,
  },
  {
    owner: BEANSTALK,
    alias: "amazon",
    name: "aws-elasticbeanstalk-amzn-{version}.{date}.64bit-eb_{variant}_{code}-hvm-{stamp}",
    releases: [
      { version: "2.0", code: "amazon_linux_2", from: "2020-05", to: "2027-01" },
      { version: "2023.8", code: "amazon_linux_2023", from: "2023-08", to: "2028-01" },
    ],
    variants: [
      "corretto8",
      "corretto11",
      "corretto17",
      "python39",
      "nodejs18",
      "docker",
      "php81",
      "ruby32",
      "go1",
      "ecs",
    ],
    architectures: INTEL,
    pace: 20,
    storage: "xvda",
    size: 10,
  },
  {
    owner: MAC,
    alias: "amazon",
    name: "amzn-ec2-macos-{version}-{date}-{arch}",
    description: "Amazon EC2 macOS {version} {arch} EC2Config",
    releases: [
      { version: "12.7.6", from: "2021-11", to: "2025-01" },
      { version: "13.7.1", from: "2022-11", to: "2026-01" },
      { version: "14.7.1", from: "2023-11", to: "2027-01" },
    ],
    architectures: ["x86_64_mac", "arm64_mac"],
    pace: 12,
    size: 100,
    deprecatedAfterDays: 730,
  },
];

export const AMAZON_SERIES: readonly BuildSeries[] = [...al2023, ...olderLinux, ...windows, ...containers, ...services];
