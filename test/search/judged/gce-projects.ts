import type { Series } from "./series.ts";

/*
 * Google's public image projects: https://cloud.google.com/compute/docs/images/os-details. `facts.family` is the image family.
 */

const X86 = ["amd64=X86_64"];
const BOTH = ["amd64=X86_64", "arm64=ARM64"];

function image(
  by: string,
  owner: string,
  name: string,
  family: string,
  about: string,
  builds: readonly string[],
  arches = X86,
): Series {
  return {
    by,
    owner,
    name,
    about,
    builds: builds.map((build, at) => (at < builds.length - 1 ? `${build}!deprecated` : build)),
    arches,
    facts: { family },
  };
}

const THREE = ["20250415", "20260604", "20260715"];

const UBUNTU: readonly Series[] = [
  ...[
    ["2404", "noble", "24.04"],
    ["2204", "jammy", "22.04"],
  ].flatMap(([digits = "", code = "", version = ""]) => [
    image(
      "Canonical",
      "ubuntu-os-cloud",
      `ubuntu-${digits}-${code}-{arch}-v{date}`,
      `ubuntu-${digits}-lts`,
      `Canonical, Ubuntu, ${version} LTS, {arch} ${code} image built on {dashed}`,
      THREE,
      BOTH,
    ),
    image(
      "Canonical",
      "ubuntu-os-cloud",
      `ubuntu-minimal-${digits}-${code}-{arch}-v{date}`,
      `ubuntu-minimal-${digits}-lts`,
      `Canonical, Ubuntu, ${version} LTS Minimal, {arch} ${code} minimal image built on {dashed}`,
      ["20260801", "20260804"],
      BOTH,
    ),
    image(
      "Canonical",
      "ubuntu-os-cloud",
      `ubuntu-accelerator-${digits}-{arch}-with-nvidia-570-v{date}`,
      `ubuntu-accelerator-${digits}-lts-with-nvidia-570`,
      `Canonical, Ubuntu, ${version} LTS, NVIDIA 570 accelerator {arch} image built on {dashed}`,
      ["20260720"],
      BOTH,
    ),
    image(
      "Canonical",
      "ubuntu-os-pro-cloud",
      `ubuntu-pro-${digits}-${code}-{arch}-v{date}`,
      `ubuntu-pro-${digits}-lts-{arch}`,
      `Canonical, Ubuntu Pro, ${version} LTS Pro Server, {arch} ${code} pro server image built on {dashed}`,
      ["20260520", "20260803"],
    ),
    image(
      "Canonical",
      "ubuntu-os-pro-cloud",
      `ubuntu-pro-fips-updates-${digits}-${code}-{arch}-v{date}`,
      `ubuntu-pro-fips-updates-${digits}-lts`,
      `Canonical, Ubuntu Pro FIPS, ${version} LTS, {arch} ${code} image built on {dashed}`,
      ["20260803"],
    ),
  ]),
  image(
    "Canonical",
    "ubuntu-os-cloud",
    "ubuntu-2604-resolute-{arch}-v{date}",
    "ubuntu-2604-lts",
    "Canonical, Ubuntu, 26.04 LTS, {arch} resolute image built on {dashed}",
    ["20260423", "20260728"],
    BOTH,
  ),
  {
    ...image(
      "Canonical",
      "ubuntu-os-cloud",
      "ubuntu-2004-focal-v{date}",
      "ubuntu-2004-lts",
      "Canonical, Ubuntu, 20.04 LTS, amd64 focal image built on {dashed}",
      ["20250410", "20250606"],
    ),
    ended: true,
  },
  image(
    "Canonical",
    "ubuntu-os-pro-cloud",
    "ubuntu-pro-2004-focal-v{date}",
    "ubuntu-pro-2004-lts",
    "Canonical, Ubuntu Pro, 20.04 LTS Pro Server, amd64 focal pro server image built on {dashed}",
    ["20260803"],
  ),
];

const LINUX: readonly Series[] = [
  image(
    "Debian",
    "debian-cloud",
    "debian-13-trixie-v{date}",
    "debian-13",
    "Debian, Debian GNU/Linux, 13 (trixie), amd64 built on {date}",
    ["20250814", "20260713"],
  ),
  image(
    "Debian",
    "debian-cloud",
    "debian-13-trixie-arm64-v{date}",
    "debian-13-arm64",
    "Debian, Debian GNU/Linux, 13 (trixie), arm64 built on {date}",
    ["20260713"],
    ["arm64=ARM64"],
  ),
  image(
    "Debian",
    "debian-cloud",
    "debian-12-bookworm-v{date}",
    "debian-12",
    "Debian, Debian GNU/Linux, 12 (bookworm), amd64 built on {date}",
    THREE,
  ),
  image(
    "Debian",
    "debian-cloud",
    "debian-12-bookworm-arm64-v{date}",
    "debian-12-arm64",
    "Debian, Debian GNU/Linux, 12 (bookworm), arm64 built on {date}",
    THREE,
    ["arm64=ARM64"],
  ),
  image(
    "Debian",
    "debian-cloud",
    "debian-11-bullseye-v{date}",
    "debian-11",
    "Debian, Debian GNU/Linux, 11 (bullseye), amd64 built on {date}",
    THREE,
  ),
  ...["10", "9", "8"].flatMap((version) => [
    image(
      "Red Hat",
      "rhel-cloud",
      `rhel-${version}-v{date}`,
      `rhel-${version}`,
      `Red Hat, Red Hat Enterprise Linux, ${version}, x86_64 built on {date}`,
      THREE,
    ),
    ...(version === "8"
      ? []
      : [
          image(
            "Red Hat",
            "rhel-cloud",
            `rhel-${version}-arm64-v{date}`,
            `rhel-${version}-arm64`,
            `Red Hat, Red Hat Enterprise Linux, ${version}, aarch64 built on {date}`,
            THREE,
            ["arm64=ARM64"],
          ),
        ]),
    image(
      "Rocky Linux",
      "rocky-linux-cloud",
      `rocky-linux-${version}-v{date}`,
      `rocky-linux-${version}`,
      `Rocky Linux, Rocky Linux, ${version}, x86_64 built on {date}`,
      THREE,
    ),
    image(
      "Rocky Linux",
      "rocky-linux-cloud",
      `rocky-linux-${version}-optimized-gcp-v{date}`,
      `rocky-linux-${version}-optimized-gcp`,
      `Rocky Linux, Rocky Linux, ${version} optimized for Google Cloud, x86_64 built on {date}`,
      THREE,
    ),
    image(
      "AlmaLinux",
      "almalinux-cloud",
      `almalinux-${version}-v{date}`,
      `almalinux-${version}`,
      `AlmaLinux, AlmaLinux, ${version}, x86_64 built on {date}`,
      THREE,
    ),
  ]),
  image(
    "Red Hat",
    "rhel-sap-cloud",
    "rhel-9-6-sap-ha-v{date}",
    "rhel-9-6-sap-ha",
    "Red Hat, Red Hat Enterprise Linux, 9.6 for SAP with HA, x86_64 built on {date}",
    ["20260722"],
  ),
  image(
    "Rocky Linux",
    "rocky-linux-cloud",
    "rocky-linux-9-optimized-gcp-nvidia-570-v{date}",
    "rocky-linux-9-optimized-gcp-nvidia-570",
    "Rocky Linux, 9 optimized for Google Cloud with NVIDIA 570, x86_64 built on {date}",
    ["20260722"],
  ),
  image(
    "CentOS",
    "centos-cloud",
    "centos-stream-10-v{date}",
    "centos-stream-10",
    "CentOS, CentOS, Stream 10, x86_64 built on {date}",
    THREE,
  ),
  image(
    "CentOS",
    "centos-cloud",
    "centos-stream-9-v{date}",
    "centos-stream-9",
    "CentOS, CentOS, Stream 9, x86_64 built on {date}",
    THREE,
  ),
  {
    ...image("CentOS", "centos-cloud", "centos-7-v{date}", "centos-7", "CentOS, CentOS, 7, x86_64 built on {date}", [
      "20240611",
    ]),
    ended: true,
  },
  image(
    "SUSE",
    "suse-cloud",
    "sles-15-sp7-v{date}-x86-64",
    "sles-15",
    "SUSE Linux Enterprise Server 15 SP7, x86_64, built on {date}",
    ["20250620", "20260630"],
  ),
  image(
    "SUSE",
    "suse-cloud",
    "sles-15-sp6-v{date}-x86-64",
    "sles-15-sp6",
    "SUSE Linux Enterprise Server 15 SP6, x86_64, built on {date}",
    ["20250210", "20260701"],
  ),
  image(
    "SUSE",
    "suse-sap-cloud",
    "sles-15-sp7-sap-v{date}-x86-64",
    "sles-15-sp7-sap",
    "SUSE Linux Enterprise Server 15 SP7 for SAP, x86_64, built on {date}",
    ["20260703"],
  ),
  image(
    "SUSE",
    "suse-byos-cloud",
    "sles-15-sp7-byos-v{date}-x86-64",
    "sles-15-sp7-byos",
    "SUSE Linux Enterprise Server 15 SP7 BYOS, x86_64, built on {date}",
    ["20260702"],
  ),
  image(
    "openSUSE",
    "opensuse-cloud",
    "opensuse-leap-15-6-v{date}-x86-64",
    "opensuse-leap",
    "openSUSE Leap 15.6, x86_64, built on {date}",
    ["20260320"],
  ),
  image(
    "Oracle",
    "oracle-linux-cloud",
    "oracle-linux-9-v{date}",
    "oracle-linux-9",
    "Oracle, Oracle Linux, 9, x86_64 built on {date}",
    THREE,
  ),
  image(
    "Oracle",
    "oracle-linux-cloud",
    "oracle-linux-8-v{date}",
    "oracle-linux-8",
    "Oracle, Oracle Linux, 8, x86_64 built on {date}",
    THREE,
  ),
  image(
    "Fedora",
    "fedora-cloud",
    "fedora-cloud-base-gcp-43-{build}-x86-64",
    "fedora-cloud-43-x86-64",
    "Fedora, Fedora Cloud 43, x86_64",
    ["1-6@2025-10-28"],
  ),
  image(
    "Fedora CoreOS",
    "fedora-coreos-cloud",
    "fedora-coreos-{build}-gcp-x86-64",
    "fedora-coreos-stable",
    "Fedora, Fedora CoreOS stable, {build}, x86_64 published on {dashed}",
    ["43-20260514-3-0", "44-20260712-3-1"],
  ),
  image(
    "Fedora CoreOS",
    "fedora-coreos-cloud",
    "fedora-coreos-{build}-gcp-x86-64",
    "fedora-coreos-testing",
    "Fedora, Fedora CoreOS testing, {build}, x86_64 published on {dashed}",
    ["44-20260726-2-1"],
  ),
  ...["stable", "beta", "dev"].map((channel, at) =>
    image(
      "Google COS",
      "cos-cloud",
      `cos-${channel}-${125 + at * 4}-{build}`,
      `cos-${channel}`,
      `Google, Container-Optimized OS, ${125 + at * 4}-{build} ${channel}, Kernel: COS-6.12 Kubernetes: 1.33`,
      ["19216-104-25@2026-05-20", "19216-220-7@2026-07-2" + String(at)],
    ),
  ),
  image("Google COS", "cos-cloud", "cos-121-{build}", "cos-121-lts", "Google, Container-Optimized OS, 121 LTS", [
    "18867-199-28@2026-07-12",
  ]),
  image(
    "Google COS",
    "cos-cloud",
    "cos-arm64-121-{build}",
    "cos-arm64-121-lts",
    "Google, Container-Optimized OS, 121 LTS arm64",
    ["18867-199-28@2026-07-12"],
    ["arm64=ARM64"],
  ),
  image("FreeBSD", "freebsd-org-cloud-dev", "freebsd-14-3-release-amd64-ufs", "freebsd-14-3", "FreeBSD 14.3-RELEASE", [
    "14@2025-06-10",
  ]),
  image(
    "FreeBSD",
    "freebsd-org-cloud-dev",
    "freebsd-15-0-current-amd64-{date}-ufs",
    "freebsd-15-0-snap",
    "FreeBSD 15.0-CURRENT snapshot",
    ["20260730", "20260806"],
  ),
];

const WINDOWS: readonly Series[] = ["2016", "2019", "2022", "2025"].flatMap((year) => [
  image(
    "Microsoft",
    "windows-cloud",
    `windows-server-${year}-dc-v{date}`,
    `windows-${year}`,
    `Microsoft, Windows Server, ${year} Datacenter, Server with Desktop Experience, x64 built on {date}`,
    ["20250612", "20260514", "20260710"],
  ),
  image(
    "Microsoft",
    "windows-cloud",
    `windows-server-${year}-dc-core-v{date}`,
    `windows-${year}-core`,
    `Microsoft, Windows Server, ${year} Datacenter Core, Server Core, x64 built on {date}`,
    ["20250612", "20260514", "20260710"],
  ),
  ...["standard", "enterprise", "web"].map((edition) =>
    image(
      "Microsoft SQL Server",
      "windows-sql-cloud",
      `sql-2022-${edition}-windows-${year}-dc-v{date}`,
      `sql-${edition.slice(0, 3)}-2022-win-${year}`,
      `Microsoft, SQL Server 2022 ${edition}, on Windows Server ${year} Datacenter, x64 built on {date}`,
      ["20260514", "20260711"],
    ),
  ),
  image(
    "Microsoft SQL Server",
    "windows-sql-cloud",
    `sql-2019-standard-windows-${year}-dc-v{date}`,
    `sql-std-2019-win-${year}`,
    `Microsoft, SQL Server 2019 Standard, on Windows Server ${year} Datacenter, x64 built on {date}`,
    ["20260514", "20260711"],
  ),
]);

const LEARNING: readonly Series[] = [
  image(
    "Google Deep Learning",
    "deeplearning-platform-release",
    "pytorch-2-7-cu128-{build}-ubuntu-2404-py312",
    "pytorch-2-7-cu128-ubuntu-2404-nvidia-570",
    "Google, Deep Learning VM with CUDA 12.8, PyTorch 2.7",
    ["v20250620", "v20260722"],
  ),
  image(
    "Google Deep Learning",
    "deeplearning-platform-release",
    "common-cu128-{build}-ubuntu-2204-py310",
    "common-cu128-ubuntu-2204-nvidia-570",
    "Google, Deep Learning VM with CUDA 12.8, Base",
    ["v20250620", "v20260722"],
  ),
  image(
    "Google Deep Learning",
    "deeplearning-platform-release",
    "common-cpu-{build}-debian-11-py310",
    "common-cpu-debian-11-py310",
    "Google, Deep Learning VM for CPU, Base",
    ["v20250620", "v20260722"],
  ),
  image(
    "Google Deep Learning",
    "deeplearning-platform-release",
    "tf-2-18-cpu-{build}-ubuntu-2204-py310",
    "tf-2-18-cpu-ubuntu-2204",
    "Google, Deep Learning VM for CPU, TensorFlow 2.18",
    ["v20250620", "v20260722"],
  ),
];

/** Images of the project that asks, which nobody needs unless they name them. */
export const GCE_OWN: readonly Series[] = ["packer-runner", "k8s-node", "web-golden"].flatMap((purpose) =>
  ["a", "b"].map((line) => ({
    by: "own",
    owner: "my-project",
    name: `${purpose}-${line}-{build}`,
    about: "",
    builds: ["20260601", "20260801"],
    arches: X86,
  })),
);

export const GCE_PROJECTS: readonly Series[] = [...UBUNTU, ...LINUX, ...WINDOWS, ...LEARNING];
