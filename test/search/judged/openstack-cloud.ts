import type { Series } from "./series.ts";

/*
 * A provider's OpenStack: the operator's public images, named as such clouds name them, among its users' shared, community and
 * private ones. `facts` are Glance properties.
 */

const OPERATOR = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const X86 = ["x86_64=x86_64"];

function image(
  name: string,
  distro: string,
  version: string,
  builds: readonly string[],
  more: Record<string, unknown> = {},
): Series {
  return {
    by: "operator",
    owner: OPERATOR,
    name,
    builds,
    arches: X86,
    facts: {
      visibility: "public",
      os_distro: distro,
      os_version: version,
      os_type: distro === "windows" ? "windows" : "linux",
      ...more,
    },
  };
}

const OLD_AND_NEW = ["1@2025-06-01", "2@2026-07-20"];

const PUBLIC: readonly Series[] = [
  image("Ubuntu 24.04", "ubuntu", "24.04", OLD_AND_NEW),
  image("Ubuntu 22.04", "ubuntu", "22.04", OLD_AND_NEW),
  image("Ubuntu 22.04 Minimal", "ubuntu", "22.04", ["1@2026-07-25"]),
  image("Ubuntu 24.04 GPU NVIDIA 570", "ubuntu", "24.04", ["1@2026-07-26"]),
  image("Ubuntu 22.04 UEFI SecureBoot", "ubuntu", "22.04", ["1@2026-07-27"]),
  image("Ubuntu 20.04", "ubuntu", "20.04", ["1@2025-05-30"]),
  image("Ubuntu 26.04", "ubuntu", "26.04", ["1@2026-05-02", "2@2026-07-28"]),
  { ...image("Ubuntu 24.04 ARM", "ubuntu", "24.04", ["1@2026-07-20"]), arches: ["aarch64=aarch64"] },
  image("ubuntu-jammy-22.04-kube-v1.33.2", "ubuntu", "22.04", ["1@2026-07-30"]),
  image("ubuntu-noble-24.04-kube-v1.34.1", "ubuntu", "24.04", ["1@2026-07-30"]),
  image("Debian 13", "debian", "13", ["1@2025-08-20", "2@2026-07-15"]),
  image("Debian 12", "debian", "12", OLD_AND_NEW),
  image("Debian 12 bookworm daily", "debian", "12", ["1@2026-08-09"]),
  image("Debian 11", "debian", "11", ["1@2025-06-01"]),
  image("CentOS Stream 9", "centos", "9", OLD_AND_NEW),
  image("CentOS Stream 10", "centos", "10", OLD_AND_NEW),
  image("CentOS 7", "centos", "7", ["1@2024-06-20"]),
  image("Rocky Linux 10", "rocky", "10", ["1@2025-06-20", "2@2026-06-05"]),
  image("Rocky Linux 9", "rocky", "9", OLD_AND_NEW),
  image("Rocky Linux 8", "rocky", "8", ["1@2024-06-01"]),
  image("AlmaLinux 10", "almalinux", "10", ["1@2025-06-10", "2@2025-12-02"]),
  image("AlmaLinux 9", "almalinux", "9", OLD_AND_NEW),
  image("AlmaLinux 8", "almalinux", "8", ["1@2024-09-01"]),
  image("Fedora 43", "fedora", "43", ["1@2025-10-30"]),
  image("Fedora CoreOS 43", "fedora-coreos", "43", ["1@2026-05-20"]),
  image("openSUSE Leap 15.6", "opensuse", "15.6", ["1@2024-06-25"]),
  image("SLES 15 SP7", "sles", "15.7", ["1@2026-07-01"]),
  image("RHEL 9", "rhel", "9", ["1@2026-06-01"]),
  image("Arch Linux", "arch", "rolling", ["1@2026-07-01", "2@2026-08-01"]),
  image("FreeBSD 14", "freebsd", "14.3", ["1@2025-06-20"]),
  image("OpenBSD 7.7", "openbsd", "7.7", ["1@2025-05-05"]),
  image("Alpine Linux 3.23", "alpine", "3.23", ["1@2026-01-05"]),
  image("Flatcar Container Linux", "flatcar", "4459.2.4", ["1@2026-07-01"]),
  image("Gentoo Linux", "gentoo", "latest", ["1@2026-07-20"]),
  image("Windows Server 2022 Std-English", "windows", "2022", OLD_AND_NEW),
  image("Windows Server 2022 Std-French", "windows", "2022", OLD_AND_NEW),
  image("Windows Server 2025 Std-English", "windows", "2025", OLD_AND_NEW),
  image("Windows Server 2019 Std-English", "windows", "2019", OLD_AND_NEW),
  image("Windows Server 2022 SQL Server 2022 Std", "windows", "2022", ["1@2026-07-21"]),
  image("cirros-0.6.2-x86_64-disk", "cirros", "0.6.2", ["1@2023-06-01"]),
  image("cirros-0.6.3-x86_64-disk", "cirros", "0.6.3", ["1@2024-09-26"]),
  image("octavia-amphora-haproxy-x86_64", "ubuntu", "24.04", ["1@2026-07-20"]),
  image("magnum-fedora-coreos-38", "fedora-coreos", "38", ["1@2023-09-01"]),
];

/** Glance marks broken and withdrawn images by their status. */
const BROKEN: readonly Series[] = [
  image("Ubuntu 24.04", "ubuntu", "24.04", ["3@2026-08-09!killed"]),
  image("Debian 12", "debian", "12", ["3@2026-08-09!queued"]),
  image("Rocky Linux 9", "rocky", "9", ["3@2026-08-09!deactivated"]),
].map((series) => ({ ...series, by: null }));

const USERS: readonly Series[] = [
  "Ubuntu 22.04",
  "Ubuntu 24.04 LTS",
  "ubuntu jammy",
  "Debian 12",
  "debian-bookworm",
  "Rocky 9",
  "CentOS 7",
  "Windows Server 2022",
  "win2019",
  "AlmaLinux 9",
  "fedora-43",
  "alpine",
  "arch",
  "freebsd",
  "k8s node ubuntu",
].flatMap((system, s) =>
  ["snapshot", "golden", "backup-db", "jenkins", "test"].map((purpose, p) => ({
    by: null,
    owner: `${s}${p}`.padStart(32, "f"),
    name: p % 2 === 0 ? `${system} ${purpose}` : `${purpose}-${system}`,
    builds: ["1@2026-08-01", "2@2026-08-09"],
    arches: X86,
    facts: { visibility: p % 2 === 0 ? "community" : "shared" },
  })),
);

export const OPENSTACK_CLOUD: readonly Series[] = [...PUBLIC, ...BROKEN, ...USERS];
