import type { Series } from "./series.ts";

/*
 * The Marketplace of a location: publishers, offers and SKUs are those that `az vm image list --all` shows. No version has a
 * time; the order of versions is all there is.
 */

const BOTH = ["x64=x64"];

/** Versions hold their date: `22.04.202607150`. */
const canonical = (
  sku: string,
  version: string,
  builds: readonly string[] = ["202405150", "202506100", "202607150"],
): Series => ({
  by: "Canonical",
  owner: "Canonical",
  name: sku,
  builds: builds.map((build) => `${version}.${build}`),
  arches: sku.includes("arm64") ? ["arm64=Arm64"] : BOTH,
});

const CANONICAL: readonly Series[] = [
  canonical("ubuntu-24_04-lts:server", "24.04"),
  canonical("ubuntu-24_04-lts:server-gen1", "24.04"),
  canonical("ubuntu-24_04-lts:server-arm64", "24.04"),
  canonical("ubuntu-24_04-lts:minimal", "24.04"),
  canonical("ubuntu-24_04-lts:ubuntu-pro", "24.04"),
  canonical("ubuntu-24_04-lts:cvm", "24.04"),
  canonical("ubuntu-24_04-lts-daily:server", "24.04", ["202608060", "202608090"]),
  canonical("0001-com-ubuntu-server-jammy:22_04-lts", "22.04"),
  canonical("0001-com-ubuntu-server-jammy:22_04-lts-gen2", "22.04"),
  canonical("0001-com-ubuntu-server-jammy:22_04-lts-arm64", "22.04"),
  canonical("0001-com-ubuntu-server-jammy-daily:22_04-daily-lts", "22.04", ["202608060", "202608090"]),
  canonical("0001-com-ubuntu-minimal-jammy:minimal-22_04-lts", "22.04"),
  canonical("0001-com-ubuntu-pro-jammy:pro-22_04-lts", "22.04"),
  canonical("0001-com-ubuntu-pro-jammy-fips:pro-fips-22_04", "22.04"),
  canonical("0001-com-ubuntu-confidential-vm-jammy:22_04-lts-cvm", "22.04"),
  canonical("0001-com-ubuntu-server-focal:20_04-lts", "20.04", ["202405150", "202505200"]),
  canonical("0001-com-ubuntu-server-focal:20_04-lts-gen2", "20.04", ["202405150", "202505200"]),
  canonical("0001-com-ubuntu-pro-focal:pro-20_04-lts", "20.04"),
  canonical("ubuntu-26_04-lts:server", "26.04", ["202604230", "202607280"]),
  canonical("ubuntu-26_04-lts:server-arm64", "26.04", ["202604230", "202607280"]),
  { ...canonical("UbuntuServer:18.04-LTS", "18.04", ["202305180", "202401161"]), ended: true },
  { ...canonical("UbuntuServer:16.04-LTS", "16.04", ["202109280"]), ended: true },
];

const series = (by: string, owner: string, name: string, builds: readonly string[], arch = "x64"): Series => ({
  by,
  owner,
  name,
  builds,
  arches: [`${arch}=${arch}`],
});

const MICROSOFT: readonly Series[] = [
  ...["2016", "2019", "2022", "2025"].flatMap((year) => {
    const major = { "2016": "14393", "2019": "17763", "2022": "20348", "2025": "26100" }[year] ?? "";
    const builds = [
      `${major}.2402.240405@2024-04-05`,
      `${major}.3807.250605@2025-06-05`,
      `${major}.4893.260710@2026-07-10`,
    ];
    const hosts = year === "2022" || year === "2025" ? ["-azure-edition", "-azure-edition-core"] : [];
    return ["", "-core", "-g2", "-smalldisk", "-with-containers", ...hosts].map((kind) => ({
      ...series(
        "Microsoft Windows",
        "MicrosoftWindowsServer",
        `WindowsServer:${year}-datacenter${kind}`.replace("datacenter-g2", "datacenter-g2"),
        builds,
      ),
      facts: { osType: "Windows" },
    }));
  }),
  ...[
    ["sql2019-ws2019", "15.0.250610"],
    ["sql2019-ws2022", "15.0.250610"],
    ["sql2022-ws2022", "16.0.250610"],
    ["sql2025-ws2025", "17.0.260610"],
  ].flatMap(([offer = "", version = ""]) =>
    ["standard-gen2", "enterprise-gen2", "sqldev-gen2", "web-gen2"].map((sku) => ({
      ...series("Microsoft SQL Server", "MicrosoftSQLServer", `${offer}:${sku}`, [`${version}@2025-06-10`]),
      facts: { osType: "Windows" },
    })),
  ),
  ...[
    ["windows-11", "win11-24h2-pro"],
    ["windows-11", "win11-24h2-ent"],
    ["windows-10", "win10-22h2-pro"],
  ].map(([offer = "", sku = ""]) => ({
    ...series("Microsoft Windows Desktop", "MicrosoftWindowsDesktop", `${offer}:${sku}`, [
      "26100.4202.250603@2025-06-03",
      "26100.6899.260707@2026-07-07",
    ]),
    facts: { osType: "Windows" },
  })),
  series("Microsoft DSVM", "microsoft-dsvm", "ubuntu-2204:2204-gen2", ["25.06.15@2025-06-15", "26.07.15@2026-07-15"]),
  series("Microsoft DSVM", "microsoft-dsvm", "ubuntu-hpc:2204", ["22.04.2025061001", "22.04.2026070601"]),
  series("Microsoft DSVM", "microsoft-dsvm", "ubuntu-hpc:2404", ["24.04.2026070601"]),
  series("Microsoft AKS", "microsoft-aks", "aks:aks-ubuntu-2204-gen2", ["2026.07.20"]),
  series("Microsoft", "MicrosoftCBLMariner", "azure-linux-3:azure-linux-3-gen2", ["3.20250602.01", "3.20260710.01"]),
  series(
    "Microsoft",
    "MicrosoftCBLMariner",
    "azure-linux-3:azure-linux-3-arm64",
    ["3.20250602.01", "3.20260710.01"],
    "Arm64",
  ),
];

const MAKERS: readonly Series[] = [
  series("Red Hat", "RedHat", "RHEL:10-lvm-gen2", ["10.0.2025061109", "10.2.2026052011"]),
  series("Red Hat", "RedHat", "RHEL:9-lvm-gen2", ["9.5.2025020610", "9.6.2025061209", "9.8.2026052010"]),
  series("Red Hat", "RedHat", "RHEL:9_6", ["9.6.2025061209"]),
  series("Red Hat", "RedHat", "RHEL:95_gen2", ["9.5.2025020610"]),
  series("Red Hat", "RedHat", "RHEL:810-gen2", ["8.10.2024060515", "8.10.2026062510"]),
  series("Red Hat", "RedHat", "RHEL:8_8", ["8.8.2024062601"]),
  series("Red Hat", "RedHat", "rhel-arm64:9_6-arm64", ["9.6.2025061209"], "Arm64"),
  series("Red Hat", "RedHat", "rhel-byos:rhel-lvm96-gen2", ["9.6.2025061209"]),
  series("Red Hat", "RedHat", "RHEL-SAP-HA:96sapha-gen2", ["9.6.2026052010"]),
  series("Red Hat", "RedHat", "rh-rhel-ai:rhel-ai-nvidia", ["1.5.2026062010"]),
  series("Debian", "Debian", "debian-13:13-gen2", ["0.20250814.2204", "0.20260713.2538"]),
  series("Debian", "Debian", "debian-13:13-arm64", ["0.20250814.2204", "0.20260713.2538"], "Arm64"),
  series("Debian", "Debian", "debian-12:12", ["0.20240211.1654", "0.20250703.2162", "0.20260713.2538"]),
  series("Debian", "Debian", "debian-12:12-gen2", ["0.20240211.1654", "0.20250703.2162", "0.20260713.2538"]),
  series("Debian", "Debian", "debian-12:12-arm64", ["0.20250703.2162", "0.20260713.2538"], "Arm64"),
  series("Debian", "Debian", "debian-12:12-backports-gen2", ["0.20260714.2539"]),
  series("Debian", "Debian", "debian-12-daily:12", ["0.20260808.2565", "0.20260809.2566"]),
  series("Debian", "Debian", "debian-11:11-gen2", ["0.20250620.2149"]),
  series("SUSE", "SUSE", "sles-15-sp7:gen2", ["2025.06.20", "2026.06.30"]),
  series("SUSE", "SUSE", "sles-15-sp6:gen2", ["2025.02.10", "2026.07.01"]),
  series("SUSE", "SUSE", "sles-15-sp6-arm64:gen2", ["2026.07.01"], "Arm64"),
  series("SUSE", "SUSE", "sles-15-sp6-byos:gen2", ["2026.07.02"]),
  series("SUSE", "SUSE", "sles-15-sp6-chost-byos:gen2", ["2026.07.04"]),
  series("SUSE", "SUSE", "sles-sap-15-sp6:gen2", ["2026.07.03"]),
  series("SUSE", "SUSE", "sles-16-0-x86-64:gen2", ["2025.11.04", "2026.06.25"]),
  series("SUSE", "SUSE", "opensuse-leap-15-6:gen2", ["2024.06.19", "2026.03.20"]),
  series("Oracle", "Oracle", "Oracle-Linux:ol96-lvm-gen2", ["9.6.2@2025-06-12"]),
  series("Oracle", "Oracle", "Oracle-Linux:ol810-lvm-gen2", ["8.10.3@2024-11-07"]),
  series("Oracle", "Oracle", "Oracle-Linux:ol10-lvm-gen2", ["10.0.1@2025-07-30"]),
  series("Rocky Linux", "resf", "rockylinux-x86_64:10-base", ["10.0.20250611", "10.2.20260601"]),
  series("Rocky Linux", "resf", "rockylinux-x86_64:9-base", ["9.5.20241118", "9.6.20250531", "9.8.20260602"]),
  series("Rocky Linux", "resf", "rockylinux-x86_64:9-lvm", ["9.6.20250531", "9.8.20260602"]),
  series("Rocky Linux", "resf", "rockylinux-x86_64:8-base", ["8.9.20231119", "8.10.20240528"]),
  series("AlmaLinux", "almalinux", "almalinux-x86_64:10-gen2", ["10.0.2025052801", "10.1.2025112501"]),
  series("AlmaLinux", "almalinux", "almalinux-x86_64:9-gen2", ["9.5.2024112001", "9.6.2025052201", "9.7.2025111801"]),
  series("AlmaLinux", "almalinux", "almalinux-x86_64:8-gen2", ["8.9.2023112301", "8.10.2024082001"]),
  series("AlmaLinux", "almalinux", "almalinux-arm:9-arm-gen2", ["9.6.2025052201", "9.7.2025111801"], "Arm64"),
  series("AlmaLinux", "almalinux", "almalinux-hpc:8_10-hpc-gen2", ["8.10.2026052101"]),
  series("FreeBSD", "thefreebsdfoundation", "freebsd-14_3:14_3-release-amd64-gen2-zfs", ["14.3.0@2025-06-10"]),
  series("Flatcar", "kinvolk", "flatcar-container-linux-free:stable-gen2", [
    "4152.2.3@2025-04-22",
    "4459.2.4@2026-06-30",
  ]),
  series("Flatcar", "kinvolk", "flatcar-container-linux-free:beta-gen2", ["4593.1.0@2026-07-20"]),
  series("Kali", "kali-linux", "kali:kali-2026-2", ["2026.2.0@2026-06-18"]),
  series("CentOS", "OpenLogic", "CentOS:7_9-gen2", ["7.9.2023103101"]),
  series("Palo Alto", "paloaltonetworks", "vmseries-flex:byol", [
    "10.2.9@2024-06-01",
    "11.1.6@2025-07-02",
    "11.2.8@2026-03-16",
  ]),
  series("Palo Alto", "paloaltonetworks", "vmseries-flex:bundle2", [
    "10.2.9@2024-06-01",
    "11.1.6@2025-07-02",
    "11.2.8@2026-03-16",
  ]),
  series("Fortinet", "fortinet", "fortinet_fortigate-vm_v5:fortinet_fg-vm_payg_2023", [
    "7.4.8@2025-06-03",
    "7.6.4@2026-04-28",
  ]),
  series("Check Point", "checkpoint", "check-point-cg-r8120:sg-byol", ["8120.900634.1571@2024-08-14"]),
  series("Cisco", "cisco", "cisco-c8000v:17_12_04a-byol", ["17.12.0420240824"]),
  series("GitHub", "GitHub", "GitHub-Enterprise:GitHub-Enterprise-gen2", ["3.16.3@2025-06-03", "3.20.1@2026-07-14"]),
  series("Bitnami", "bitnami", "wordpress:6-8", ["6.8.2507@2025-07-03", "6.9.2607@2026-07-03"]),
  series("Bitnami", "bitnami", "jenkins:1-650", ["2.504.2506@2025-06-15"]),
  series("NVIDIA", "nvidia", "nvidia-gpu-optimized-vmi-a10:nvidia_ai_enterprise", ["24.10.1@2024-11-20"]),
];

/** Sellers that put others' systems into images of their own. */
const RESELLERS: readonly Series[] = [
  "cognosys",
  "ntegralinc1586961136942",
  "procomputers",
  "tidalmediainc",
  "askforcloudllc1651766049149",
  "supportedimagesllc1615494954880",
].flatMap((owner) =>
  [
    "ubuntu-22-04-lts",
    "ubuntu-24-04",
    "debian-12",
    "rocky-linux-9",
    "almalinux-9",
    "rhel-9",
    "centos-stream-9",
    "windows-server-2022",
    "windows-server-2019-sql-2019",
    "oracle-linux-9",
    "freebsd-14",
    "sles-15",
  ].map((system) => ({
    ...series("reseller", owner, `${system}-hardened:${system}`, ["1.0.0@2025-03-03", "9.9.9@2026-08-01"]),
    by: null,
  })),
);

export const AZURE_MARKET: readonly Series[] = [...CANONICAL, ...MICROSOFT, ...MAKERS, ...RESELLERS];
