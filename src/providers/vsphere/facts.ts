import type { CloudFacts } from "../cloud-facts.ts";

/** Names of guests that are not those of what they are. */
const GUESTS: Readonly<Record<string, string>> = {
  WINDOWS_7_SERVER_64: "Windows Server 2008 R2",
  WINDOWS_8_SERVER_64: "Windows Server 2012",
  WINDOWS_9: "Windows 10",
  WINDOWS_9_64: "Windows 10",
  WINDOWS_9_SERVER_64: "Windows Server 2016",
  WINDOWS_2019SRV_NEXT_64: "Windows Server 2022",
  WINDOWS_SERVER_2021: "Windows Server 2022",
  WINDOWS_2022SRV_NEXT_64: "Windows Server 2025",
  SUSE: "SLES",
  SUSE_64: "SLES",
  AMAZONLINUX3_64: "Amazon Linux 2023",
};

export const vsphereFacts: CloudFacts = {
  searched: [],
  publicImages: "anybody",
  read({ platform }) {
    const guest = platform ?? "";
    const isArm = /(^|_)ARM/.test(guest);
    return {
      // `FREEBSD_13_64` is 13.
      system: [GUESTS[guest] ?? guest.replace(/_64$/, "")],
      architecture: isArm ? "arm64" : guest.endsWith("_64") ? "x86_64" : null,
    };
  },
};
