import type { Series } from "./series.ts";

/*
 * Amazon's own images, by the accounts and names that it publishes them under.
 */

const BOTH = ["x86_64=x86_64", "arm64=arm64"];
const GNU = ["x86_64=x86_64", "aarch64=arm64"];
const AL2023 = ["2023.7.20250623.1", "2023.10.20260325.0", "2023.11.20260526.0", "2023.12.20260727.0"];
const AL2 = ["2.0.20250623.0", "2.0.20260427.1", "2.0.20260713.0"];

const LINUX: readonly Series[] = [
  ...["6.1", "6.12", "6.18"].flatMap((kernel) => [
    {
      name: `al2023-ami-{build}-kernel-${kernel}-{arch}`,
      about: `Amazon Linux 2023 AMI {build} {arch} HVM kernel-${kernel}`,
      builds: AL2023,
    },
    {
      name: `al2023-ami-minimal-{build}-kernel-${kernel}-{arch}`,
      about: `Amazon Linux 2023 AMI {build} {arch} Minimal HVM kernel-${kernel}`,
      builds: AL2023,
    },
  ]),
  { name: "amzn2-ami-hvm-{build}-{arch}-gp2", about: "Amazon Linux 2 AMI {build} {arch} HVM gp2", builds: AL2 },
  { name: "amzn2-ami-hvm-{build}-{arch}-ebs", about: "Amazon Linux 2 AMI {build} {arch} HVM ebs", builds: AL2 },
  {
    name: "amzn2-ami-kernel-5.10-hvm-{build}-{arch}-gp2",
    about: "Amazon Linux 2 Kernel 5.10 AMI {build} {arch} HVM gp2",
    builds: AL2,
  },
  {
    name: "amzn2-ami-minimal-hvm-{build}-{arch}-ebs",
    about: "Amazon Linux 2 AMI {build} {arch} Minimal HVM ebs",
    builds: AL2,
  },
  {
    name: "amzn-ami-hvm-2018.03.0.{date}.0-x86_64-gp2",
    about: "Amazon Linux AMI 2018.03.0.{date}.0 x86_64 HVM gp2",
    builds: ["20220802", "20231106"],
    arches: ["x86_64=x86_64"],
  },
  {
    name: "amzn-ami-vpc-nat-2018.03.0.{date}.1-x86_64-ebs",
    about: "Amazon Linux AMI 2018.03.0.{date}.1 x86_64 VPC HVM ebs",
    builds: ["20210721", "20231106"],
    arches: ["x86_64=x86_64"],
  },
].map((series) => ({ by: "Amazon Linux", owner: "137112412989", alias: "amazon", arches: BOTH, ...series }));

const DATES = ["2025.06.11", "2026.05.13", "2026.07.15"];

function windows(name: string, about: string, details = "Windows"): Series {
  return {
    by: "Amazon Windows",
    owner: "801119661308",
    alias: "amazon",
    name: `Windows_Server-${name}-{dotted}`,
    about: `Microsoft Windows Server ${about} AMI provided by Amazon`,
    builds: DATES,
    facts: { Platform: "windows", PlatformDetails: details },
  };
}

const WINDOWS: readonly Series[] = ["2016", "2019", "2022", "2025"].flatMap((year) => [
  windows(`${year}-English-Full-Base`, `${year} Full Locale English`),
  windows(`${year}-English-Core-Base`, `${year} Core Locale English`),
  ...["Japanese", "German", "French", "Chinese_Simplified"].map((language) =>
    windows(`${year}-${language}-Full-Base`, `${year} Full Locale ${language}`),
  ),
  ...["2019_Standard", "2022_Standard", "2022_Enterprise", "2022_Express", "2022_Web"].map((sql) =>
    windows(
      `${year}-English-Full-SQL_${sql}`,
      `${year} Full Locale English with SQL ${sql.replace("_", " ")}`,
      `Windows with SQL Server ${sql.slice(5)}`,
    ),
  ),
  windows(`${year}-English-Full-ECS_Optimized`, `${year} Full optimized for ECS`),
  windows(`${year}-English-Core-EKS_Optimized-1.33`, `${year} Core optimized for EKS`),
  windows(`${year}-English-STIG-Full`, `${year} Full Locale English STIG`),
]);

const SQL_ON_LINUX: Series = {
  by: "Amazon Windows",
  owner: "801119661308",
  alias: "amazon",
  name: "amzn2-x86_64-SQL_2022_Standard-{dotted}",
  about: "Amazon Linux 2 with SQL Server 2022 Standard",
  builds: DATES,
  facts: { PlatformDetails: "SQL Server Standard" },
};

const CONTAINERS: readonly Series[] = [
  ...["1.29", "1.31", "1.32", "1.33"].flatMap((version) => [
    {
      by: "Amazon EKS",
      owner: "602401143452",
      name: `amazon-eks-node-al2023-{arch}-standard-${version}-v{date}`,
      about: `EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: ${version}.0)`,
      builds: ["20250715", "20260714"],
      arches: BOTH,
    },
    {
      by: "Amazon EKS",
      owner: "602401143452",
      name: `amazon-eks-node-al2023-{arch}-nvidia-${version}-v{date}`,
      about: `EKS-optimized Kubernetes node based on Amazon Linux 2023, NVIDIA (k8s: ${version}.0)`,
      builds: ["20250715", "20260714"],
      arches: BOTH,
    },
    {
      by: "Amazon EKS",
      owner: "602401143452",
      name: `amazon-eks-node-al2023-x86_64-neuron-${version}-v{date}`,
      about: `EKS-optimized Kubernetes node based on Amazon Linux 2023, Neuron (k8s: ${version}.0)`,
      builds: ["20260714"],
    },
    {
      by: "Bottlerocket",
      owner: "092701018921",
      name: `bottlerocket-aws-k8s-${version}-{arch}-v{build}`,
      builds: ["1.41.0-0a1b2c3d@2025-06-20", "1.60.0-5043decc@2026-07-22"],
      arches: GNU,
    },
    {
      by: "Bottlerocket",
      owner: "092701018921",
      name: `bottlerocket-aws-k8s-${version}-nvidia-{arch}-v{build}`,
      builds: ["1.41.0-0a1b2c3d@2025-06-20", "1.60.0-5043decc@2026-07-22"],
      arches: GNU,
    },
    {
      by: "Bottlerocket",
      owner: "092701018921",
      name: `bottlerocket-aws-k8s-${version}-fips-{arch}-v{build}`,
      builds: ["1.60.0-5043decc@2026-07-22"],
      arches: GNU,
    },
  ]),
  ...["1.27", "1.29", "1.31", "1.32"].flatMap((version) => [
    {
      by: "Amazon EKS",
      owner: "602401143452",
      name: `amazon-eks-node-${version}-v{date}`,
      about: `EKS Kubernetes Worker AMI with AmazonLinux2 image, (k8s: ${version}.0, containerd: 1.7.*)`,
      builds: ["20240522", "20251112"],
    },
    {
      by: "Amazon EKS",
      owner: "602401143452",
      name: `amazon-eks-gpu-node-${version}-v{date}`,
      about: `EKS Kubernetes Worker AMI with AmazonLinux2 image, GPU (k8s: ${version}.0)`,
      builds: ["20251112"],
    },
  ]),
  {
    by: "Bottlerocket",
    owner: "092701018921",
    name: "bottlerocket-aws-ecs-2-{arch}-v{build}",
    builds: ["1.60.0-5043decc@2026-07-22"],
    arches: GNU,
  },
  {
    by: "Amazon ECS",
    owner: "591542846629",
    name: "al2023-ami-ecs-hvm-2023.0.{date}-kernel-6.1-{arch}",
    about: "Amazon Linux AMI 2023.0.{date} {arch} ECS HVM EBS",
    builds: ["20251106", "20260728"],
    arches: BOTH,
  },
  {
    by: "Amazon ECS",
    owner: "591542846629",
    name: "al2023-ami-ecs-neuron-hvm-2023.0.{date}-kernel-6.1-{arch}",
    about: "Amazon Linux AMI 2023.0.{date} {arch} ECS HVM EBS",
    builds: ["20260728"],
  },
  {
    by: "Amazon ECS",
    owner: "591542846629",
    name: "al2023-ami-ecs-gpu-hvm-2023.0.{date}-kernel-6.1-{arch}-ebs",
    about: "Amazon Linux AMI 2023.0.{date} {arch} ECS HVM EBS",
    builds: ["20260728"],
  },
  {
    by: "Amazon ECS",
    owner: "591542846629",
    name: "amzn2-ami-ecs-hvm-2.0.{date}-{arch}-ebs",
    about: "Amazon Linux AMI 2.0.{date} {arch} ECS HVM GP2",
    builds: ["20250821", "20260728"],
    arches: BOTH,
  },
  {
    by: "Amazon ECS",
    owner: "591542846629",
    name: "amzn2-ami-ecs-gpu-hvm-2.0.{date}-{arch}-ebs",
    about: "Amazon Linux AMI 2.0.{date} {arch} ECS HVM GP2",
    builds: ["20260728"],
  },
  {
    by: "Amazon ECS",
    owner: "591542846629",
    name: "amzn2-ami-ecs-kernel-5.10-hvm-2.0.{date}-{arch}-ebs",
    about: "Amazon Linux AMI 2.0.{date} Kernel 5.10 {arch} ECS HVM GP2",
    builds: ["20260728"],
    arches: BOTH,
  },
].map((series) => ({ alias: "amazon", ...series }));

/** All newer than the systems that they are built on. */
const BUILT_UPON: readonly Series[] = [
  ...[
    "corretto17",
    "corretto21",
    "python313",
    "nodejs22",
    "docker",
    "php84",
    "ruby34",
    "go1",
    "ecs",
    "dotnet9",
  ].flatMap((platform) => [
    {
      by: "Elastic Beanstalk",
      owner: "102837901569",
      name: `aws-elasticbeanstalk-amzn-2.0.{date}.64bit-eb_${platform}_amazon_linux_2-hvm-{dashed}T11-22-32.212Z`,
      builds: ["20260620", "20260731", "20260806"],
    },
    {
      by: "Elastic Beanstalk",
      owner: "102837901569",
      name: `aws-elasticbeanstalk-amzn-2023.12.{date}.64bit-eb_${platform}_amazon_linux_2023-hvm-{dashed}T09-37-19.836Z`,
      builds: ["20260620", "20260731", "20260806"],
    },
  ]),
  {
    by: "Elastic Beanstalk",
    owner: "102837901569",
    name: "aws-elasticbeanstalk-amzn-{dotted}.x86_64-WindowsServer2022-V2-hvm-{dashed}T22-50-20.812Z",
    builds: ["20260801"],
    facts: { Platform: "windows" },
  },
  ...["Ubuntu 22.04", "Ubuntu 24.04", "Amazon Linux 2023"].flatMap((system) => [
    {
      by: "AWS Deep Learning",
      owner: "898082745236",
      name: `Deep Learning OSS Nvidia Driver AMI GPU PyTorch 2.7 (${system}) {date}`,
      about: "Supported EC2 instances: G4dn, G5, G6, P4d, P5",
      builds: ["20250620", "20260726"],
    },
    {
      by: "AWS Deep Learning",
      owner: "898082745236",
      name: `Deep Learning OSS Nvidia Driver AMI GPU TensorFlow 2.18 (${system}) {date}`,
      about: "Supported EC2 instances: G4dn, G5, G6, P4d, P5",
      builds: ["20250620", "20260726"],
    },
    {
      by: "AWS Deep Learning",
      owner: "898082745236",
      name: `Deep Learning Base OSS Nvidia Driver GPU AMI (${system}) {date}`,
      about: "Supported EC2 instances: G4dn, G5, G6, P4d, P5",
      builds: ["20250620", "20260726"],
    },
    {
      by: "AWS Deep Learning",
      owner: "898082745236",
      name: `Deep Learning AMI Neuron (${system}) {date}`,
      about: "Supported EC2 instances: Inf2, Trn1, Trn2",
      builds: ["20260723"],
    },
  ]),
  ...["alinux2", "alinux2023", "ubuntu2204", "rhel9"].map((system) => ({
    by: "AWS ParallelCluster",
    owner: "247102896272",
    name: `aws-parallelcluster-3.13.2-${system}-hvm-{arch}-{build}`,
    about: `AWS ParallelCluster AMI for ${system}`,
    builds: ["202606241024@2026-06-24", "202607291024@2026-07-29"],
    arches: BOTH,
  })),
  ...["13.7.6", "14.7.6", "15.5", "26.0"].map((version) => ({
    by: "Amazon macOS",
    owner: "628277914472",
    name: `amzn-ec2-macos-${version}-{build}-{arch}`,
    about: `Amazon EC2 macOS ${version}`,
    builds: ["20260410-001122", "20260722-001122"],
    arches: ["arm64=arm64_mac"],
  })),
].map((series) => ({ alias: "amazon", ...series }));

export const EC2_AMAZON: readonly Series[] = [...LINUX, ...WINDOWS, SQL_ON_LINUX, ...CONTAINERS, ...BUILT_UPON];
