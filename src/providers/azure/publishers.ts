import type { Publisher } from "../publisher.ts";

const ENDORSED = "https://learn.microsoft.com/azure/virtual-machines/linux/endorsed-distros";
const WINDOWS = "https://learn.microsoft.com/azure/virtual-machines/windows/cli-ps-findimage";
const SUPPORTED =
  "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/linux/support-linux-open-source-technology";
const FREEBSD = "https://azuremarketplace.microsoft.com/marketplace/apps/thefreebsdfoundation.freebsd-14_1";
const KALI = "https://www.kali.org/docs/cloud/azure/";
const DSVM = "https://learn.microsoft.com/azure/machine-learning/data-science-virtual-machine/";
const AKS = "https://github.com/Azure/AgentBaker";

const of = (name: string, source: string, accounts: readonly string[], variant?: string): Publisher => ({
  name,
  trust: "official",
  source,
  accounts,
  ...(variant && { variant }),
});

/** Makers of the systems that their offers in the Marketplace hold, by the publisher of a URN. All others are verified only. */
export const AZURE_PUBLISHERS: readonly Publisher[] = [
  of("Canonical", ENDORSED, ["Canonical"]),
  of("Red Hat", ENDORSED, ["RedHat"]),
  of("SUSE", ENDORSED, ["SUSE"]),
  of("Debian", ENDORSED, ["Debian", "credativ"]),
  of("Oracle", ENDORSED, ["Oracle"]),
  of("AlmaLinux", ENDORSED, ["almalinux"]),
  of("Rocky Linux", SUPPORTED, ["resf"]),
  of("Flatcar", ENDORSED, ["kinvolk"]),
  of("CentOS", ENDORSED, ["OpenLogic"]),
  of("CoreOS", ENDORSED, ["CoreOS"]),
  of("FreeBSD", FREEBSD, ["thefreebsdfoundation", "MicrosoftOSTC"]),
  of("Kali Linux", KALI, ["kali-linux"]),
  of("Microsoft", WINDOWS, ["MicrosoftWindowsServer"]),
  of("Microsoft", WINDOWS, ["MicrosoftWindowsDesktop"], "desktop"),
  of("Microsoft", WINDOWS, ["MicrosoftSQLServer"], "sql"),
  of("Microsoft", WINDOWS, ["MicrosoftSharePoint"], "sharepoint"),
  of("Microsoft", WINDOWS, ["MicrosoftVisualStudio"], "visualstudio"),
  of("Microsoft", ENDORSED, ["MicrosoftCBLMariner"]),
  of("Microsoft", DSVM, ["microsoft-dsvm", "microsoft-ads"], "dsvm"),
  of("Microsoft", AKS, ["microsoft-aks"], "aks"),
];
