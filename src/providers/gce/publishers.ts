import type { Publisher } from "../publisher.ts";

/** Whose images Google's public projects hold. */
const OS_DETAILS = "https://cloud.google.com/compute/docs/images/os-details";

const of = (name: string, accounts: readonly string[], variant?: string): Publisher => ({
  name,
  trust: "official",
  source: OS_DETAILS,
  accounts,
  ...(variant && { variant }),
});

export const GCE_PUBLISHERS: readonly Publisher[] = [
  of("AlmaLinux", ["almalinux-cloud"]),
  of("CentOS", ["centos-cloud"]),
  of("Google", ["cos-cloud"]),
  of("Google", ["deeplearning-platform-release"], "learning"),
  of("Google", ["ml-images"], "learning"),
  of("Debian", ["debian-cloud"]),
  of("Fedora", ["fedora-cloud"]),
  of("Fedora CoreOS", ["fedora-coreos-cloud"]),
  of("FreeBSD", ["freebsd-org-cloud-dev"]),
  of("openSUSE", ["opensuse-cloud"]),
  of("Oracle", ["oracle-linux-cloud"]),
  of("Red Hat", ["rhel-cloud"]),
  of("Red Hat", ["rhel-sap-cloud"], "sap"),
  of("Rocky Linux", ["rocky-linux-cloud"]),
  of("SUSE", ["suse-cloud"]),
  of("SUSE", ["suse-byos-cloud"], "byos"),
  of("SUSE", ["suse-sap-cloud"], "sap"),
  of("Canonical", ["ubuntu-os-cloud"]),
  of("Canonical", ["ubuntu-os-pro-cloud"], "pro"),
  of("Microsoft", ["windows-cloud"]),
  of("Microsoft", ["windows-sql-cloud"], "sql"),
];
