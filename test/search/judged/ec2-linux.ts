import type { Series } from "./series.ts";

/*
 * Makers of Linux and BSD systems on EC2: accounts, names and the pace of builds are what they publish.
 */

const DEB = ["amd64=x86_64", "arm64=arm64"];
const RPM = ["x86_64=x86_64", "arm64=arm64"];
const GNU = ["x86_64=x86_64", "aarch64=arm64"];

const CANONICAL = { by: "Canonical", owner: "099720109477", alias: "amazon", arches: DEB };

function ubuntu(version: string, code: string, name: string, kind: string, builds: readonly string[]): Series {
  const about = `Canonical, Ubuntu${kind}, ${version}, {arch} ${code} image`;
  return { ...CANONICAL, name, about, builds };
}

const RELEASES: readonly Series[] = [
  ubuntu("26.04", "resolute", "ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-{arch}-server-{date}", "", [
    "20260423",
    "20260612",
    "20260728",
  ]),
  ubuntu("24.04", "noble", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-server-{date}", "", [
    "20240423",
    "20250610",
    "20260218",
    "20260619",
    "20260721",
  ]),
  ubuntu("25.10", "questing", "ubuntu/images/hvm-ssd-gp3/ubuntu-questing-25.10-{arch}-server-{date}", "", [
    "20251007",
    "20260630",
  ]),
  ubuntu("22.04", "jammy", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{arch}-server-{date}", "", [
    "20220420",
    "20240319",
    "20250516",
    "20260115",
    "20260604",
    "20260715",
  ]),
  ubuntu("22.04", "jammy", "ubuntu/images/hvm-instance/ubuntu-jammy-22.04-{arch}-server-{date}", "", ["20260604"]),
  {
    ...ubuntu("20.04", "focal", "ubuntu/images/hvm-ssd/ubuntu-focal-20.04-{arch}-server-{date}", "", [
      "20240411",
      "20250403",
      "20250624",
    ]),
  },
  {
    ...ubuntu("18.04", "bionic", "ubuntu/images/hvm-ssd/ubuntu-bionic-18.04-{arch}-server-{date}", "", [
      "20220610",
      "20230531",
    ]),
    ended: true,
  },
  {
    ...ubuntu("16.04", "xenial", "ubuntu/images/hvm-ssd/ubuntu-xenial-16.04-{arch}-server-{date}", "", [
      "20210429",
      "20210928",
    ]),
    ended: true,
  },
];

const TESTING: readonly Series[] = [
  ["26.04", "resolute", "hvm-ssd-gp3"],
  ["24.04", "noble", "hvm-ssd-gp3"],
  ["22.04", "jammy", "hvm-ssd"],
].map(([version = "", code = "", disk = ""]) => ({
  ...ubuntu(version, code, `ubuntu/images-testing/${disk}/ubuntu-${code}-daily-{arch}-server-{date}`, "", [
    "20260728",
    "20260805",
    "20260808",
    "20260809",
  ]),
  about: `Canonical, Ubuntu, ${version}, UNSUPPORTED daily {arch} ${code} image`,
}));

const EDITIONS: readonly Series[] = [
  ["24.04", "noble", "hvm-ssd-gp3"],
  ["22.04", "jammy", "hvm-ssd"],
  ["20.04", "focal", "hvm-ssd"],
].flatMap(([version = "", code = "", disk = ""]) => [
  ubuntu(version, code, `ubuntu-minimal/images/${disk}/ubuntu-${code}-${version}-{arch}-minimal-{date}`, " Minimal", [
    "20260610",
    "20260802",
  ]),
  ubuntu(
    version,
    code,
    `ubuntu-minimal/images-testing/${disk}/ubuntu-${code}-daily-{arch}-minimal-{date}`,
    " Minimal",
    ["20260808"],
  ),
  ubuntu(version, code, `ubuntu-pro-server/images/${disk}/ubuntu-${code}-${version}-{arch}-pro-server-{date}`, " Pro", [
    "20260520",
    "20260804",
  ]),
  ubuntu(
    version,
    code,
    `ubuntu-pro-fips-updates-server/images/${disk}/ubuntu-${code}-${version}-{arch}-pro-fips-updates-server-{date}`,
    " Pro FIPS",
    ["20260801"],
  ),
]);

const NODES: readonly Series[] = ["1.29", "1.31", "1.32", "1.33"].map((kubernetes) =>
  ubuntu(
    "22.04",
    "jammy",
    `ubuntu-eks/k8s_${kubernetes}/images/hvm-ssd/ubuntu-jammy-22.04-{arch}-server-{date}`,
    ` EKS Node OS (k8s_${kubernetes})`,
    ["20260601", "20260806"],
  ),
);

const DEBIAN: readonly Series[] = [
  {
    name: "debian-13-{arch}-{build}",
    about: "Debian 13 (trixie)",
    builds: ["20250814-2204", "20260402-2436", "20260713-2538"],
  },
  {
    name: "debian-12-{arch}-{build}",
    about: "Debian 12 (20260713-2538)",
    builds: ["20240201-1644", "20250530-2128", "20260316-2418", "20260713-2538"],
  },
  { name: "debian-12-backports-{arch}-{build}", about: "Debian 12 backports", builds: ["20260714-2539"] },
  { name: "debian-11-{arch}-{build}", about: "Debian 11 (20260623-2517)", builds: ["20240211-1654", "20260623-2517"] },
  { name: "debian-10-{arch}-{build}", about: "Debian 10 (20240703-1797)", builds: ["20240703-1797"], ended: true },
].map((series) => ({ by: "Debian", owner: "136693071363", alias: "amazon", arches: DEB, ...series }));

const DEBIAN_DAILY: Series = {
  by: "Debian",
  owner: "903794441882",
  name: "debian-12-{arch}-daily-{build}",
  about: "Debian 12 (daily {build})",
  arches: DEB,
  builds: ["20260807-2563", "20260809-2565"],
};

const RED_HAT: readonly Series[] = [
  { name: "RHEL-10.2.0_HVM_GA-{date}-{arch}-0-Hourly2-GP3", builds: ["20260512"] },
  { name: "RHEL-10.1.0_HVM-{date}-{arch}-0-Hourly2-GP3", builds: ["20251113", "20260330"] },
  { name: "RHEL-9.8.0_HVM_GA-{date}-{arch}-0-Hourly2-GP3", builds: ["20260513", "20260720"] },
  { name: "RHEL-9.6.0_HVM-{date}-{arch}-0-Hourly2-GP3", builds: ["20250618", "20251013"] },
  { name: "RHEL-9.8.0_HVM_GA-{date}-{arch}-0-Access2-GP3", builds: ["20260513", "20260721"] },
  { name: "RHEL-9.8.0_HVM_BETA-{date}-{arch}-0-Hourly2-GP3", builds: ["20260331"] },
  { name: "RHEL-8.10.0_HVM-{date}-{arch}-0-Hourly2-GP3", builds: ["20240618", "20250610", "20260623"] },
  { name: "RHEL-8.9.0_HVM-{date}-{arch}-42-Hourly2-GP3", builds: ["20240418"] },
  { name: "RHEL-8.8.0_HVM-{date}-{arch}-9-Hourly2-GP3", builds: ["20240613"] },
  { name: "RHEL-SAP-9.6.0_HVM-{date}-{arch}-0-Hourly2-GP3", builds: ["20260728"] },
  { name: "RHEL_HA-9.8.0_HVM_GA-{date}-{arch}-0-Hourly2-GP3", builds: ["20260722"] },
  { name: "RHEL-7.9_HVM-{date}-{arch}-0-Hourly2-GP3", builds: ["20240530"], ended: true },
].map((series) => ({
  by: "Red Hat",
  owner: "309956199498",
  alias: "amazon",
  about: "Provided by Red Hat, Inc.",
  arches: RPM,
  facts: { PlatformDetails: "Red Hat Enterprise Linux" },
  ...series,
}));

const CLONES: readonly Series[] = [
  {
    by: "Rocky Linux",
    owner: "792107900819",
    name: "Rocky-10-EC2-Base-{build}.{arch}",
    builds: ["10.0-20250609.1", "10.1-20251116.0", "10.2-20260601.0"],
    arches: GNU,
  },
  {
    by: "Rocky Linux",
    owner: "792107900819",
    name: "Rocky-9-EC2-Base-{build}.{arch}",
    builds: ["9.5-20241118.0", "9.6-20250531.0", "9.8-20260602.0"],
    arches: GNU,
  },
  {
    by: "Rocky Linux",
    owner: "792107900819",
    name: "Rocky-9-EC2-LVM-{build}.{arch}",
    builds: ["9.6-20250531.0", "9.8-20260602.0"],
    arches: GNU,
  },
  {
    by: "Rocky Linux",
    owner: "792107900819",
    name: "Rocky-8-EC2-Base-{build}.{arch}",
    builds: ["8.9-20231119.0", "8.10-20240528.0"],
    arches: GNU,
  },
  {
    by: "Rocky Linux",
    owner: "792107900819",
    name: "Rocky-8-EC2-LVM-{build}.{arch}",
    builds: ["8.10-20240528.1"],
    arches: GNU,
  },
  {
    by: "AlmaLinux",
    owner: "764336703387",
    name: "AlmaLinux OS {build} {arch}",
    about: "Official AlmaLinux OS 10 {arch} image",
    builds: ["10.0.20250528", "10.1.20251125"],
    arches: GNU,
  },
  {
    by: "AlmaLinux",
    owner: "764336703387",
    name: "AlmaLinux OS {build} {arch}",
    about: "Official AlmaLinux OS 9 {arch} image",
    builds: ["9.5.20241120", "9.6.20250522", "9.7.20251118"],
    arches: GNU,
  },
  {
    by: "AlmaLinux",
    owner: "764336703387",
    name: "AlmaLinux OS {build} {arch}",
    about: "Official AlmaLinux OS 8 {arch} image",
    builds: ["8.9.20231123", "8.10.20240820"],
    arches: GNU,
  },
  {
    by: "AlmaLinux",
    owner: "764336703387",
    name: "AlmaLinux OS Kitten {build} {arch}",
    about: "AlmaLinux OS Kitten 10",
    builds: ["10.20260717.0"],
    arches: GNU,
  },
  {
    by: "CentOS",
    owner: "125523088429",
    name: "CentOS Stream 10 {arch} {date}",
    about: "CentOS Stream 10 {arch} {date}",
    builds: ["20250123", "20260803"],
    arches: GNU,
  },
  {
    by: "CentOS",
    owner: "125523088429",
    name: "CentOS Stream 9 {arch} {date}",
    about: "CentOS Stream 9 {arch} {date}",
    builds: ["20240415", "20260720", "20260803"],
    arches: GNU,
  },
  {
    by: "CentOS",
    owner: "125523088429",
    name: "CentOS Stream 8 {arch} {date}",
    about: "CentOS Stream 8 {arch} {date}",
    builds: ["20240603"],
    arches: GNU,
    ended: true,
  },
  {
    by: "CentOS",
    owner: "125523088429",
    name: "CentOS 7.9.2009 {arch}",
    about: "CentOS 7.9.2009 {arch}",
    builds: ["7@2020-11-12"],
    arches: GNU,
  },
  {
    by: "Fedora",
    owner: "125523088429",
    name: "Fedora-Cloud-Base-AmazonEC2.{arch}-44-{build}",
    about: "Created from build Fedora-Cloud-Base-AmazonEC2.{arch}-44-{build}",
    builds: ["1.7@2026-04-21"],
    arches: GNU,
  },
  {
    by: "Fedora",
    owner: "125523088429",
    name: "Fedora-Cloud-Base-AmazonEC2.{arch}-43-{build}",
    about: "Created from build Fedora-Cloud-Base-AmazonEC2.{arch}-43-{build}",
    builds: ["1.6@2025-10-28", "20260808.0"],
    arches: GNU,
  },
  {
    by: "Fedora",
    owner: "125523088429",
    name: "Fedora-Cloud-Base-AmazonEC2.{arch}-Rawhide-{build}",
    builds: ["20260808.n.0"],
    arches: GNU,
  },
  {
    by: "Fedora CoreOS",
    owner: "125523088429",
    name: "fedora-coreos-{build}-{arch}",
    about: "Fedora CoreOS stable {build} {arch}",
    builds: ["43.20260514.3.0", "44.20260712.3.1"],
    arches: GNU,
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-15-sp7-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server 15 SP7 (HVM, 64-bit, SSD-Backed)",
    builds: ["20250620", "20260630"],
    arches: RPM,
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-15-sp6-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server 15 SP6 (HVM, 64-bit, SSD-Backed)",
    builds: ["20250210", "20260701"],
    arches: RPM,
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-15-sp7-byos-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server 15 SP7 BYOS (HVM, 64-bit, SSD-Backed)",
    builds: ["20260702"],
    arches: RPM,
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-sap-15-sp7-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server for SAP Applications 15 SP7",
    builds: ["20260703"],
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-15-sp7-chost-byos-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server 15 SP7 container host",
    builds: ["20260704"],
    arches: RPM,
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-12-sp5-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server 12 SP5 (HVM, 64-bit, SSD-Backed)",
    builds: ["20241022"],
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "suse-sles-16-0-v{date}-hvm-ssd-{arch}",
    about: "SUSE Linux Enterprise Server 16.0 (HVM, 64-bit, SSD-Backed)",
    builds: ["20251104", "20260625"],
    arches: RPM,
  },
  {
    by: "SUSE",
    owner: "013907871322",
    alias: "amazon",
    name: "openSUSE-Leap-15-6-v{date}-hvm-ssd-{arch}",
    about: "openSUSE Leap 15.6 (HVM, 64-bit, SSD-Backed)",
    builds: ["20240619", "20260320"],
    arches: RPM,
  },
  {
    by: "Oracle Linux",
    owner: "131827586825",
    name: "OL9.6-{arch}-HVM-{dashed}",
    about: "Oracle Linux 9 update 6",
    builds: ["20250605"],
  },
  {
    by: "Oracle Linux",
    owner: "131827586825",
    name: "OL8.10-{arch}-HVM-{dashed}",
    about: "Oracle Linux 8 update 10",
    builds: ["20240704"],
  },
  {
    by: "FreeBSD",
    owner: "782442783595",
    name: "FreeBSD 14.3-RELEASE-{arch} UFS",
    about: "FreeBSD/{arch} 14.3-RELEASE@8c9ce319fef4-271832 base UFS",
    builds: ["14@2025-06-06"],
    arches: DEB,
  },
  {
    by: "FreeBSD",
    owner: "782442783595",
    name: "FreeBSD 14.3-RELEASE-{arch} ZFS",
    about: "FreeBSD/{arch} 14.3-RELEASE base ZFS",
    builds: ["14@2025-06-06"],
    arches: DEB,
  },
  {
    by: "FreeBSD",
    owner: "782442783595",
    name: "FreeBSD 15.0-RELEASE-{arch} base UFS",
    about: "FreeBSD/{arch} 15.0-RELEASE base UFS",
    builds: ["15@2025-12-02"],
    arches: DEB,
  },
  {
    by: "FreeBSD",
    owner: "782442783595",
    name: "FreeBSD 16.0-CURRENT-{arch}-{date} UFS",
    about: "FreeBSD/{arch} 16.0-CURRENT",
    builds: ["20260730", "20260806"],
    arches: DEB,
  },
  {
    by: "FreeBSD",
    owner: "782442783595",
    name: "FreeBSD 14.3-STABLE-{arch}-{date} UFS",
    about: "FreeBSD/{arch} 14.3-STABLE",
    builds: ["20260806"],
    arches: DEB,
  },
  {
    by: "Alpine Linux",
    owner: "538276064493",
    name: "alpine-{build}-{arch}-uefi-tiny-r0",
    about: "https://alpinelinux.org/cloud",
    builds: ["3.22.0@2025-05-30", "3.23.3@2026-05-11"],
    arches: GNU,
  },
  {
    by: "Alpine Linux",
    owner: "538276064493",
    name: "alpine-{build}-{arch}-uefi-cloudinit-r0",
    about: "https://alpinelinux.org/cloud",
    builds: ["3.22.0@2025-05-30", "3.23.3@2026-05-11"],
    arches: GNU,
  },
  {
    by: "Flatcar",
    owner: "075585003325",
    name: "Flatcar-stable-{build}-hvm",
    about: "Flatcar stable {build} HVM",
    builds: ["4152.2.3@2025-04-22", "4459.2.4@2026-06-30"],
  },
  {
    by: "Flatcar",
    owner: "075585003325",
    name: "Flatcar-beta-{build}-hvm",
    about: "Flatcar beta {build} HVM",
    builds: ["4593.1.0@2026-07-20"],
  },
  {
    by: "Flatcar",
    owner: "075585003325",
    name: "Flatcar-alpha-{build}-hvm",
    about: "Flatcar alpha {build} HVM",
    builds: ["4628.0.0@2026-08-03"],
  },
  {
    by: "Talos Linux",
    owner: "540036508848",
    name: "talos-{build}-us-east-1-{arch}",
    about: "Talos AMI {build}",
    builds: ["v1.10.4@2025-06-20", "v1.12.1@2026-02-12", "v1.13.2@2026-07-02"],
    arches: DEB,
  },
  {
    by: "NixOS",
    owner: "427812963091",
    name: "nixos/25.11.{build}-{arch}-linux",
    about: "NixOS 25.11",
    builds: ["6902.1a2b3c4d5e6f@2026-02-10", "9123.0f1e2d3c4b5a@2026-07-31"],
    arches: GNU,
  },
  {
    by: "NixOS",
    owner: "427812963091",
    name: "nixos/24.11.{build}-{arch}-linux",
    about: "NixOS 24.11",
    builds: ["719113.50ab793786d9@2025-06-25"],
    arches: GNU,
  },
  {
    by: "Gentoo",
    owner: "902460189751",
    name: "Gentoo {arch} {build}",
    about: "Gentoo Linux {arch}",
    builds: ["20260719"],
  },
];

export const EC2_LINUX: readonly Series[] = [
  ...RELEASES,
  ...TESTING,
  ...EDITIONS,
  ...NODES,
  ...DEBIAN,
  DEBIAN_DAILY,
  ...RED_HAT,
  ...CLONES,
];
