/** Names of operating systems that are not simply their word with a capital letter. */
const TITLES: Readonly<Record<string, string>> = {
  rhel: "Red Hat Enterprise Linux",
  almalinux: "AlmaLinux",
  "amazon-linux": "Amazon Linux",
  "oracle-linux": "Oracle Linux",
  rocky: "Rocky Linux",
  centos: "CentOS",
  "centos-stream": "CentOS Stream",
  sles: "SUSE Linux Enterprise Server",
  opensuse: "openSUSE",
  macos: "macOS",
  freebsd: "FreeBSD",
  openbsd: "OpenBSD",
  netbsd: "NetBSD",
  nixos: "NixOS",
  arch: "Arch Linux",
  coreos: "CoreOS",
  "fedora-coreos": "Fedora CoreOS",
  vyos: "VyOS",
  openwrt: "OpenWrt",
  "azure-linux": "Azure Linux",
};

/** An operating system's name for people: `Ubuntu`. */
export function titleOfSystem(os: string): string {
  return TITLES[os] ?? os.replace(/(^|-)[a-z]/g, (start) => start.replace("-", " ").toUpperCase());
}
