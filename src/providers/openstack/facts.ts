import type { MachineImage } from "../../image.ts";
import { isTrue, joined, type SaidFacts, stateIn, textIn } from "../systems/said-facts.ts";

export function openstackFacts({ extra }: MachineImage): SaidFacts {
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
    hidden: isTrue(extra, "os_hidden"),
  };
}
