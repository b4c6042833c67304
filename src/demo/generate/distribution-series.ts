import type { BuildSeries, Release } from "./build-series.ts";

/*
 * Distributions and stemcells; the owner ids are the publishers' own as far as those announce them.
 */

const CANONICAL = "099720109477";
const DEBIAN = "136693071363";
const RED_HAT = "309956199498";
const SUSE = "013907871322";
const CLOUD_FOUNDRY = "781666412403";

const BOTH = ["x86_64", "arm64"] as const;
const OLD = ["x86_64", "i386"] as const;
const INTEL = ["x86_64"] as const;

const TRUSTY: Release = { version: "14.04", code: "trusty", from: "2014-04", to: "2019-06" };
const PRECISE: Release = { version: "12.04", code: "precise", from: "2012-04", to: "2017-04" };
const XENIAL: Release = { version: "16.04", code: "xenial", from: "2016-04", to: "2021-10" };
const BIONIC: Release = { version: "18.04", code: "bionic", from: "2018-04", to: "2023-06" };
const FOCAL: Release = { version: "20.04", code: "focal", from: "2020-04", to: "2025-06" };
const JAMMY: Release = { version: "22.04", code: "jammy", from: "2022-04", to: "2028-01" };
const NOBLE: Release = { version: "24.04", code: "noble", from: "2024-04", to: "2028-01" };
const RESOLUTE: Release = { version: "26.04", code: "resolute", from: "2026-04", to: "2028-01" };
const HVM_SSD = [XENIAL, BIONIC, FOCAL, JAMMY];
const GP3 = [NOBLE, RESOLUTE];

function canonical(
  series: Omit<BuildSeries, "owner" | "storage" | "size" | "description"> & Partial<BuildSeries>,
): BuildSeries {
  return {
    owner: CANONICAL,
    storage: "ubuntu",
    size: 8,
    description: "Canonical, Ubuntu, {version} LTS, {amd} {code} image build on {dashed}",
    deprecatedAfterDays: 730,
    ...series,
  };
}

const UNSUPPORTED = "Canonical, Ubuntu, {version} LTS, UNSUPPORTED daily {amd} {code} image build on {dashed}";

export const CANONICAL_SERIES: readonly BuildSeries[] = [
  canonical({
    name: "ubuntu/images/hvm-ssd/ubuntu-{code}-{version}-{amd}-server-{date}",
    releases: HVM_SSD,
    architectures: BOTH,
    pace: 60,
  }),
  canonical({
    name: "ubuntu/images/hvm-ssd-gp3/ubuntu-{code}-{version}-{amd}-server-{date}",
    releases: GP3,
    architectures: BOTH,
    pace: 60,
  }),
  canonical({
    name: "ubuntu/images-testing/hvm-ssd/ubuntu-{code}-daily-{amd}-server-{date}",
    description: UNSUPPORTED,
    releases: HVM_SSD,
    architectures: BOTH,
    pace: 110,
  }),
  canonical({
    name: "ubuntu/images-testing/hvm-ssd-gp3/ubuntu-{code}-daily-{amd}-server-{date}",
    description: UNSUPPORTED,
    releases: GP3,
    architectures: BOTH,
    pace: 110,
  }),
  canonical({
    name: "ubuntu-minimal/images/hvm-ssd/ubuntu-{code}-{version}-{amd}-minimal-{date}",
    description: "Canonical, Ubuntu Minimal, {version} LTS, {amd} {code} image build on {dashed}",
    releases: [BIONIC, FOCAL, JAMMY, NOBLE],
    architectures: BOTH,
    pace: 50,
  }),
  canonical({
    name: "ubuntu-pro-server/images/hvm-ssd/ubuntu-{code}-{version}-{amd}-pro-server-{date}",
    description: "Canonical, Ubuntu Pro, {version} LTS, {amd} {code} image build on {dashed}",
    releases: HVM_SSD,
    architectures: BOTH,
    pace: 40,
  }),
  canonical({
    name: "ubuntu-eks/k8s_{variant}/images/hvm-ssd/ubuntu-{code}-{version}-{amd}-server-{date}",
    description: "Canonical, Ubuntu EKS Node OS (k8s_{variant}), {version} LTS, {amd} {code} image build on {dashed}",
    releases: [FOCAL, JAMMY],
    variants: ["1.22", "1.23", "1.24", "1.25", "1.26", "1.27", "1.28", "1.29", "1.30"],
    architectures: BOTH,
    pace: 12,
  }),
  canonical({
    name: "ubuntu/images/{variant}/ubuntu-{code}-{version}-{amd}-server-{date}",
    releases: [PRECISE, TRUSTY],
    variants: ["ebs", "ebs-ssd"],
    architectures: OLD,
    pace: 30,
    paravirtual: true,
  }),
  canonical({
    name: "ubuntu/images/hvm-instance/ubuntu-{code}-{version}-amd64-server-{date}",
    releases: [TRUSTY, XENIAL],
    architectures: INTEL,
    pace: 30,
    storage: "instance-store",
  }),
  canonical({
    name: "ubuntu/images/instance/ubuntu-{code}-{version}-{amd}-server-{date}",
    releases: [PRECISE, TRUSTY],
    architectures: OLD,
    pace: 20,
    storage: "instance-store",
    paravirtual: true,
  }),
];

/** Stemcells all have the same name but for a UUID; what they are stands in the description. */
export const STEMCELL_SERIES: readonly BuildSeries[] = [
  {
    owner: CLOUD_FOUNDRY,
    name: "BOSH-{uuid}",
    description: "bosh-aws-xen-hvm-ubuntu-{code}-go_agent {semver}",
    releases: [TRUSTY, XENIAL, BIONIC, JAMMY, NOBLE],
    architectures: INTEL,
    pace: 120,
    size: 3,
  },
  {
    owner: CLOUD_FOUNDRY,
    name: "BOSH-{uuid}",
    description: "bosh-aws-xen-hvm-windows{version}-go_agent {semver}",
    releases: [{ version: "2019", from: "2019-06", to: "2028-01" }],
    architectures: INTEL,
    pace: 30,
    billing: "windows",
    size: 30,
  },
];

const DEBIAN_RELEASES: readonly Release[] = [
  { version: "10", from: "2019-07", to: "2024-06" },
  { version: "11", from: "2021-08", to: "2026-08" },
  { version: "12", from: "2023-06", to: "2028-01" },
  { version: "13", from: "2025-08", to: "2028-01" },
];
const ENTERPRISE_RELEASES: readonly Release[] = [
  { version: "8.6", code: "8", from: "2022-05", to: "2024-06" },
  { version: "8.10", code: "8", from: "2024-06", to: "2028-01" },
  { version: "9.2", code: "9", from: "2023-05", to: "2025-06" },
  { version: "9.4", code: "9", from: "2024-05", to: "2027-06" },
  { version: "10.0", code: "10", from: "2025-06", to: "2028-01" },
];

export const DISTRIBUTION_SERIES: readonly BuildSeries[] = [
  {
    owner: DEBIAN,
    name: "debian-{version}-{amd}-{date}-{serial}",
    description: "Debian {version} ({date}-{serial})",
    releases: DEBIAN_RELEASES,
    architectures: BOTH,
    pace: 24,
    storage: "xvda",
    size: 8,
    deprecatedAfterDays: 730,
  },
  {
    owner: "903794441882",
    name: "debian-{version}-{amd}-daily-{date}-{serial}",
    description: "Debian {version} daily build ({date}-{serial})",
    releases: DEBIAN_RELEASES.slice(1),
    architectures: BOTH,
    pace: 80,
    storage: "xvda",
    size: 8,
    deprecatedAfterDays: 90,
  },
  {
    owner: RED_HAT,
    alias: "amazon",
    name: "RHEL-{version}.0_HVM-{date}-{arch}-0-Hourly2-GP3",
    description: "Provided by Red Hat, Inc.",
    releases: ENTERPRISE_RELEASES,
    architectures: BOTH,
    pace: 20,
    billing: "rhel",
    size: 10,
    deprecatedAfterDays: 730,
  },
  {
    owner: RED_HAT,
    name: "RHEL-{version}_HVM_GA-{date}-x86_64-1-Access2-GP2",
    description: "Provided by Red Hat, Inc.",
    releases: [
      { version: "7.9", from: "2014-06", to: "2024-06" },
      { version: "8.4", from: "2019-05", to: "2025-06" },
    ],
    architectures: INTEL,
    pace: 20,
    billing: "rhel-byol",
    size: 10,
  },
  {
    owner: SUSE,
    alias: "amazon",
    name: "suse-sles-{version}-{variant}v{date}-hvm-ssd-{arch}",
    description: "SUSE Linux Enterprise Server {version} (HVM, 64-bit, SSD-Backed)",
    releases: [
      { version: "12-sp5", from: "2019-12", to: "2025-01" },
      { version: "15-sp4", from: "2022-06", to: "2025-01" },
      { version: "15-sp6", from: "2024-06", to: "2028-01" },
      { version: "15-sp7", from: "2025-06", to: "2028-01" },
    ],
    variants: ["", "byos-", "sapcal-"],
    architectures: BOTH,
    pace: 16,
    billing: "suse",
    size: 10,
    deprecatedAfterDays: 730,
  },
  {
    owner: "792107900819",
    name: "Rocky-{code}-EC2-Base-{version}-{date}.0.{aarch}",
    description: "Rocky-{code}-EC2-Base-{version}-{date}.0.{aarch}",
    releases: ENTERPRISE_RELEASES,
    architectures: BOTH,
    pace: 12,
    size: 10,
    deprecatedAfterDays: 730,
  },
  {
    owner: "764336703387",
    name: "AlmaLinux OS {version}.{date} {aarch}",
    description: "Official AlmaLinux OS {version} {aarch} image",
    releases: ENTERPRISE_RELEASES,
    architectures: BOTH,
    pace: 12,
    size: 10,
    deprecatedAfterDays: 730,
  },
  {
    owner: "125523088429",
    name: "Fedora-Cloud-Base-AmazonEC2.{aarch}-{version}-{date}.0",
    description: "Fedora Cloud base image {version}, {aarch}",
    releases: [
      { version: "40", from: "2024-04", to: "2025-05" },
      { version: "41", from: "2024-10", to: "2025-11" },
      { version: "42", from: "2025-04", to: "2026-05" },
      { version: "43", from: "2025-10", to: "2026-11" },
    ],
    architectures: BOTH,
    pace: 200,
    size: 5,
    deprecatedAfterDays: 60,
  },
  {
    owner: "125523088429",
    name: "CentOS Stream {version} {aarch} {date}",
    description: "CentOS Stream {version} {aarch} {date}",
    releases: [
      { version: "8", from: "2020-01", to: "2024-05" },
      { version: "9", from: "2021-12", to: "2027-05" },
      { version: "10", from: "2024-12", to: "2028-01" },
    ],
    architectures: BOTH,
    pace: 24,
    size: 10,
    deprecatedAfterDays: 730,
  },
  {
    owner: "782442783595",
    name: "FreeBSD {version}-STABLE-{arch}-{date} {variant}",
    description: "FreeBSD {version} snapshot",
    releases: [
      { version: "13", from: "2021-04", to: "2026-04" },
      { version: "14", from: "2023-11", to: "2028-01" },
      { version: "15", from: "2025-12", to: "2028-01" },
    ],
    variants: ["UEFI-PREFERRED base UFS", "UEFI-PREFERRED cloud-init ZFS", "UEFI-PREFERRED small UFS"],
    architectures: BOTH,
    pace: 40,
    size: 6,
  },
  {
    owner: "075585003325",
    name: "Flatcar-{variant}-{semver}-r{revision}-hvm",
    description: "Flatcar Container Linux {variant} {semver} (HVM)",
    releases: [{ version: "1", from: "2020-05", to: "2028-01" }],
    variants: ["stable", "beta", "alpha", "lts"],
    architectures: BOTH,
    pace: 24,
    storage: "xvda",
    size: 9,
  },
];
