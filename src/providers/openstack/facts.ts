import type { CloudFacts } from "../cloud-facts.ts";
import type { MemberStatus } from "./glance-image.ts";
import { isTrue, joined, stateIn, textIn } from "../systems/said-facts.ts";

const UNTAKEN: ReadonlySet<string> = new Set<MemberStatus>(["pending", "rejected"]);

/** What Glance's properties say; Rackspace and others name some of them otherwise. */
export const openstackFacts: CloudFacts = {
  searched: ["os_type", "disk_format", "container_format"],
  publicImages: "operator",
  read({ extra }) {
    const { metadata = {} } = extra;
    const said = (member: string): string | null =>
      textIn(metadata, member) ?? textIn(metadata, `org.openstack__1__${member}`)?.replace(/^(com|org)\./, "") ?? null;
    const [distro, version] = [said("os_distro"), said("os_version")];
    return {
      system: [joined(distro, version), said("os_type") === "windows" ? "windows" : null],
      distro,
      version,
      architecture: said("architecture"),
      state: stateIn(textIn(extra, "status"), {
        available: ["active"],
        pending: ["queued", "saving", "uploading", "importing"],
        disabled: ["deactivated"],
      }),
      // Shares that nobody took are listed only for those who ask for them.
      hidden: isTrue(extra, "os_hidden") || UNTAKEN.has(textIn(extra, "member_status") ?? ""),
    };
  },
};
