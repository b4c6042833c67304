import { describe, expect, test } from "vitest";
import type { ImageFacts, MachineImage } from "../../src/image.ts";
import { factsOf } from "../../src/providers/image-facts.ts";
import { architectureIn, canonicalArchitecture } from "../../src/providers/systems/architectures.ts";
import { readSystem } from "../../src/providers/systems/read-system.ts";
import { image } from "../catalogue/seed.ts";

describe("a name", () => {
  test.each([
    ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20230516", "ubuntu 22.04 jammy"],
    ["ubuntu-images-testing/ubuntu-lucid-daily-amd64-desktop-20100317", "ubuntu 10.04 lucid"],
    ["ubuntu-pro-server/images/hvm-ssd/ubuntu-noble-24.04-arm64-pro-server-20240604", "ubuntu 24.04 noble"],
    ["Ubuntu Server 2204 LTS", "ubuntu 22.04 jammy"],
    ["H2O.ai PostgreSQL 15 on Ubuntu 1.10.2-4efc6e1f-901e-4105-a406-42c6193e6b45-ami-0b4d24f93021abee6", "ubuntu"],
    ["aviatrix on ubuntu 248a2806-0cf2-402d-a08a-cd9eb4ed97c3", "ubuntu"],
    ["packer-ubuntu-3f9c22041e", "ubuntu"],
    ["debian-9ab12cd34", "debian"],
    ["ubuntu-jammy-22.04-3f9c22041e", "ubuntu 22.04 jammy"],
    ["Docker 19.03.12 on Ubuntu 20.04", "ubuntu 20.04 focal"],
    ["debian-12-amd64-20240507-1740", "debian 12 bookworm"],
    ["debian-stretch-hvm-x86_64-gp2-2019-11-13-63558", "debian 9 stretch"],
    ["Debian GNU/Linux 12 (64-bit)", "debian 12 bookworm"],
    ["RHEL-9.3.0_HVM-20240117-x86_64-49-Hourly2-GP3", "rhel 9.3"],
    ["RHEL-8.10.0_HVM-20240514-arm64-4-Hourly2-GP3", "rhel 8.10"],
    ["rhel-9-v20240110", "rhel 9"],
    ["rhcos-411.86.202207150124-0-x86_64", "rhcos 4.11"],
    ["Rocky-9-EC2-Base-9.3-20231113.0.x86_64", "rocky 9.3"],
    ["rocky-linux-8-optimized-gcp-v20240110", "rocky 8"],
    ["AlmaLinux OS 9.3.20231113 x86_64", "almalinux 9.3"],
    ["CentOS Linux 7 x86_64 HVM EBS ENA 1901_01", "centos 7"],
    ["CentOS-7-2111-20220825_1.x86_64", "centos 7"],
    ["CentOS Stream 9 x86_64 20240101", "centos 9 stream"],
    ["OL8.8-x86_64-HVM-2023-05-25", "oracle-linux 8.8"],
    ["Oracle-Linux-9.3-2024.01.26-0", "oracle-linux 9.3"],
    ["Fedora-Cloud-Base-40-1.14.x86_64-hvm-us-east-1-gp3-0", "fedora 40"],
    ["fedora-coreos-38.20230609.3.0-x86_64", "fedora 38"],
    ["al2023-ami-2023.6.20250101.0-kernel-6.1-x86_64", "amazon-linux 2023"],
    ["amzn2-ami-kernel-5.10-hvm-2.0.20230906.0-x86_64-gp2", "amazon-linux 2"],
    ["amzn-ami-hvm-2018.03.0.20230101.0-x86_64-ebs", "amazon-linux 2018.03"],
    ["amazon-eks-node-1.29-v20240522", "amazon-linux 2"],
    ["amazon-eks-arm64-node-1.29-v20240522", "amazon-linux 2"],
    ["amazon-eks-node-al2023-arm64-standard-1.32-v20251002", "amazon-linux 2023"],
    ["amzn2-ami-ecs-hvm-2.0.20230720-arm64-ebs", "amazon-linux 2"],
    ["aws-elasticbeanstalk-amzn-2023.8.20250721.64bit-eb_corretto11_amazon_linux_2023-hvm", "amazon-linux 2023"],
    ["suse-sles-15-sp4-byos-v20220621-hvm-ssd-arm64", "sles 15.4"],
    ["suse-sles-15-v20180816-hvm-ssd-x86_64", "sles 15"],
    ["SLES 12-SP5", "sles 12.5"],
    ["opensuse-leap-15-5-v20230607", "opensuse 15.5"],
    ["Windows_Server-2022-English-Full-SQL_2019_Standard-2023.06.14", "windows 2022"],
    ["Windows_Server-2012-R2_RTM-English-64Bit-Base", "windows 2012 R2"],
    ["Windows_Server-1709-English-Core-ContainersLatest", "windows 1709"],
    ["windows-server-2004-dc-core-v20210112", "windows 2004"],
    ["sql-std-2019-win-2022-dc-v20240111", "windows 2022"],
    ["Windows 11 Enterprise", "windows 11"],
    ["FreeBSD 14.0-RELEASE-amd64 UEFI-PREFERRED", "freebsd 14.0"],
    ["Flatcar-stable-3510.2.1-hvm", "flatcar 3510.2.1"],
    ["bottlerocket-aws-k8s-1.33-nvidia-aarch64-v1.54.0-5043deca", "bottlerocket 1.54.0"],
    ["talos-v1.7.0-us-east-1-amd64", "talos 1.7.0"],
    ["nixos/25.05.802216.55d1f923c480-aarch64-linux", "nixos 25.05"],
    ["alpine-3.19.1-x86_64-bios-tiny-r0", "alpine 3.19.1"],
    ["kali-last-snapshot-amd64-2024.1.0", "kali 2024.1"],
    ["amzn-ec2-macos-14.2.1-20240117-170221-arm64", "macos 14.2.1 sonoma"],
    ["cos-105-17412-226-62", "cos 105"],
    ["Gentoo Linux amd64 20240101", "gentoo"],
    ["Arch Linux x64", "arch"],
    ["Fedora-Cloud-Base-AmazonEC2.x86_64-41-1.4", "fedora 41"],
    ["sles-sap-16-0-v20251101-x86-64", "sles 16.0"],
    ["CentOS 8-stream", "centos 8 stream"],
    ["CentOS 9 Stream x64", "centos 9 stream"],
    ["RHEL 100-gen2", "rhel 10.0"],
    ["OracleLinux-R9-U3-x86_64", "oracle-linux 9.3"],
    ["OL9U3_x86_64-kvm-b220", "oracle-linux 9.3"],
    ["cos-arm64-109-17800-66-9", "cos 109"],
    ["cos-arm64-beta-121-18867-0-1", "cos 121"],
    ["flatcar-stable-3760-2-0", "flatcar 3760.2.0"],
    ["coreos-stable-2345-3-0-v20200302", "coreos 2345.3.0"],
    ["sql2019-ubuntupro2004 sqldev_upro", "ubuntu 20.04 focal"],
    ["jammy-server-cloudimg-amd64", "ubuntu 22.04 jammy"],
    ["FreeBSD 12 (64-bit)", "freebsd 12"],
    ["Other CentOS (64-bit)", "centos"],
    ["Debian with PHP 8.2", "debian"],
    ["CentOS plus MySQL 8.0", "centos"],
    ["Windows 10.0.17763", "windows"],
  ])("%s is %s", (name, system) => {
    const { os, version, codename } = readSystem(name) ?? {};
    expect([os, version, codename].filter(Boolean).join(" ")).toBe(system);
  });

  test.each(["web-server-20240101", "PA-VM-AWS-10.1.14", "Aurora_4apr2019", "elastic-8.10", "my-arch-app", ""])(
    "%j names no system",
    (name) => {
      expect(readSystem(name)).toBeNull();
    },
  );
});

test.each([
  ["amd64", "x86_64"],
  ["x64", "x86_64"],
  ["AArch64", "arm64"],
  ["i386", "x86"],
  ["armhf", "arm"],
  ["x86_64_mac", "x86_64_mac"],
  ["riscv64", "riscv64"],
])("%s is the machine %s", (word, machine) => {
  expect(canonicalArchitecture(word)).toBe(machine);
});

test.each([
  ["ubuntu-22-04-x64", "x86_64"],
  ["Oracle-Linux-9.3-aarch64-2024.01.26-0", "arm64"],
  ["debian-12", null],
  ["alarm64bit", null],
])("the name %s tells %s", (name, machine) => {
  expect(architectureIn(name)).toBe(machine);
});

/** One image of each cloud, as its adapter reads it. */
const CLOUDS: readonly [string, string, Partial<MachineImage>, Partial<ImageFacts>][] = [
  [
    "ec2",
    "a field of billing",
    { extra: { platform_details: "Red Hat Enterprise Linux" } },
    { os: "rhel", osVersion: null },
  ],
  ["ec2", "SUSE's", { extra: { platform_details: "SUSE Linux" } }, { os: "sles" }],
  ["ec2", "Windows", { platform: "windows" }, { os: "windows" }],
  ["ec2", "a disabled image", { extra: { state: "disabled" } }, { state: "disabled" }],
  ["ec2", "a failed one", { extra: { state: "invalid" } }, { state: "failed" }],
  [
    "gce",
    "a licence of an own image",
    {
      visibility: "private",
      name: "web",
      extra: { licenses: ["https://x/projects/debian-cloud/global/licenses/debian-12-bookworm"], status: "READY" },
    },
    { os: "debian", osVersion: "12", osCodename: "bookworm", state: "available" },
  ],
  ["gce", "an obsolete one", { extra: { status: "READY", deprecated: { state: "OBSOLETE" } } }, { state: "disabled" }],
  ["gce", "a failed one", { extra: { status: "FAILED" } }, { state: "failed" }],
  [
    "azure",
    "a URN",
    {
      platform: "linux",
      architecture: "x64",
      extra: { publisher: "RedHat", offer: "RHEL", sku: "8-lvm-gen2", version: "8.10.2024052309" },
    },
    { os: "rhel", osVersion: "8.10", architecture: "x86_64" },
  ],
  ["azure", "one on its way", { extra: { provisioningState: "Creating" } }, { state: "pending" }],
  [
    "alibaba",
    "its name of the system",
    { extra: { os_name_en: "Alibaba Cloud Linux  3.2104 LTS 64 bit", status: "UnAvailable" } },
    { os: "alibaba-linux", osVersion: "3", state: "disabled" },
  ],
  [
    "oracle",
    "system and version",
    {
      name: "Canonical-Ubuntu-22.04-aarch64-2024.02.18-0",
      architecture: null,
      extra: {
        operating_system: "Canonical Ubuntu",
        operating_system_version: "22.04 aarch64",
        lifecycle_state: "DISABLED",
      },
    },
    { os: "ubuntu", osVersion: "22.04", architecture: "arm64", state: "disabled" },
  ],
  [
    "ibm",
    "its system",
    {
      extra: {
        operating_system: {
          name: "red-9-amd64",
          display_name: "Red Hat Enterprise Linux 9.x",
          family: "Red Hat",
          version: "9.x",
        },
        status: "obsolete",
      },
    },
    { os: "rhel", osVersion: "9", state: "disabled" },
  ],
  [
    "digitalocean",
    "a slug",
    {
      name: "22.04 (LTS) x64",
      architecture: null,
      extra: { slug: "ubuntu-22-04-x64", distribution: "Ubuntu", status: "available" },
    },
    { os: "ubuntu", osVersion: "22.04", architecture: "x86_64" },
  ],
  [
    "digitalocean",
    "a snapshot's distribution",
    { visibility: "private", extra: { distribution: "Debian", status: "pending" } },
    { os: "debian", osVersion: null, state: "pending" },
  ],
  ["linode", "a label", { name: "Rocky Linux 9", extra: { vendor: "Rocky" } }, { os: "rocky", osVersion: "9" }],
  ["linode", "one on its way", { extra: { status: "creating" } }, { state: "pending" }],
  [
    "hetzner",
    "flavour and version",
    { extra: { os_flavor: "alma", os_version: "9", status: "unavailable" } },
    { os: "almalinux", osVersion: "9", state: "failed" },
  ],
  [
    "vultr",
    "a name",
    { name: "Ubuntu 22.04 LTS x64", architecture: "x64" },
    { os: "ubuntu", osVersion: "22.04", architecture: "x86_64" },
  ],
  ["vultr", "a pending snapshot", { visibility: "private", extra: { status: "pending" } }, { state: "pending" }],
  [
    "scaleway",
    "a label",
    { name: "Debian Bookworm", extra: { marketplace: { label: "debian_bookworm" }, state: "error" } },
    { os: "debian", osVersion: "12", state: "failed" },
  ],
  [
    "simplestreams",
    "a stream",
    { architecture: "amd64", extra: { os: "ubuntu", version: "24.04", release: "noble" } },
    { os: "ubuntu", osVersion: "24.04", architecture: "x86_64" },
  ],
  [
    "incus",
    "properties",
    { extra: { properties: { os: "Archlinux", release: "current" } } },
    { os: "arch", osVersion: null },
  ],
  [
    "cloudstack",
    "a type",
    { extra: { os: "Rocky Linux 8 (64-bit)", isready: false, status: "42% Downloaded" } },
    { os: "rocky", osVersion: "8", state: "pending" },
  ],
  ["cloudstack", "a failed one", { extra: { isready: false, status: "Download Error" } }, { state: "failed" }],
  ["proxmox", "a container's kind", { extra: { ostype: "archlinux" } }, { os: "arch" }],
  [
    "proxmox",
    "a machine's kind",
    { platform: "windows", extra: { ostype: "win11" } },
    { os: "windows", osVersion: null },
  ],
  [
    "vsphere",
    "a guest",
    { platform: "WINDOWS_2019SRV_NEXT_64", architecture: null },
    { os: "windows", osVersion: "2022", architecture: "x86_64" },
  ],
  [
    "openstack",
    "properties",
    { extra: { status: "DEACTIVATED", os_hidden: true, metadata: { os_distro: "ubuntu", os_version: "22.04" } } },
    { os: "ubuntu", osVersion: "22.04", osCodename: "jammy", state: "disabled", hidden: true },
  ],
  ["vsphere", "no version in the width of a machine", { platform: "ROCKYLINUX_64" }, { os: "rocky", osVersion: null }],
  ["vsphere", "a version before the width", { platform: "FREEBSD_13_64" }, { os: "freebsd", osVersion: "13" }],
  ["vsphere", "SUSE's", { platform: "SUSE_64" }, { os: "sles", osVersion: null }],
  [
    "digitalocean",
    "no system in the version of an application",
    { name: "MongoDB 6.0", extra: { slug: "mongodb-6-0", distribution: "Debian" } },
    { os: "debian", osVersion: null },
  ],
  [
    "ibm",
    "a service pack",
    { extra: { operating_system: { name: "sles-15-amd64", display_name: "SUSE Linux Enterprise Server 15 SP6" } } },
    { os: "sles", osVersion: "15.6" },
  ],
  ["openstack", "a short word", { extra: { metadata: { os_distro: "win" } } }, { os: "windows" }],
  [
    "openstack",
    "a distribution nobody knows",
    { extra: { metadata: { os_distro: "mydistro", os_version: "3.1" } } },
    { os: "mydistro", osVersion: "3.1" },
  ],
  ["openstack", "a killed one", { extra: { status: "KILLED" } }, { state: "failed" }],
  [
    "rackspace",
    "its own properties",
    {
      extra: {
        metadata: {
          "org.openstack__1__os_distro": "com.ubuntu",
          "org.openstack__1__os_version": "14.04",
          "org.openstack__1__architecture": "x64",
        },
      },
      architecture: null,
    },
    { os: "ubuntu", osVersion: "14.04", architecture: "x86_64" },
  ],
  ["docker", "its platform", { platform: "windows", architecture: "amd64" }, { os: "windows", architecture: "x86_64" }],
  ["oci", "nothing", { architecture: null }, { os: null, architecture: null, state: "available" }],
];

test.each(CLOUDS)("%s: %s tells what a stranger's image is", (provider, _, fields, facts) => {
  expect(factsOf(image("x", { architecture: null, ...fields }), provider, "stranger")).toMatchObject(facts);
});

describe("a stranger's name", () => {
  const named = image("ami-1", { name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20230516" });

  test.each(["ec2", "openstack", "libvirt", "oci", "proxmox", "hetzner"])("says nothing on %s", (provider) => {
    expect(factsOf(named, provider, "stranger")).toMatchObject({ os: null, osVersion: null, osCodename: null });
  });

  test("adds no version to what the cloud says", () => {
    const windows = { ...named, name: "Windows_Server-2022", platform: "windows" };

    expect(factsOf(windows, "ec2", "stranger")).toMatchObject({ os: "windows", osVersion: null });
    expect(factsOf(windows, "ec2", "maker")).toMatchObject({ os: "windows", osVersion: "2022" });
  });

  test("of a seller counts where it names system and version", () => {
    expect(factsOf({ ...named, name: "Backup for Debian" }, "ec2", "seller").os).toBeNull();
    expect(factsOf({ ...named, name: "LAMP on Debian 12" }, "ec2", "seller").osVersion).toBe("12");
  });
});

test("Azure's offers and galleries say which versions are builds of one", () => {
  const offer = {
    publisher: "MicrosoftWindowsServer",
    offer: "WindowsServer",
    sku: "2022-datacenter",
    version: "20348.2402.240405",
  };
  const own = { gallery: "ours", definition: "web", version: "1000234.0.1" };

  expect(factsOf(image("x", { extra: offer }), "azure", "maker").family).toBe(
    "MicrosoftWindowsServer WindowsServer 2022-datacenter *",
  );
  expect(factsOf(image("x", { extra: own }), "azure", "stranger").family).toBe("ours web *");
});
