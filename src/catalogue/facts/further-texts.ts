import type { JsonValue, MachineImage } from "../../image.ts";
import { MOST_NAME } from "./bound-image.ts";

/**
 * What a search finds of an image's `extra`, by provider: where its disk lies and what it was made of, the formats of it, and each
 * of the cloud's words for its system. `*` stands for every item of a list. What adapters give as keywords already is not repeated.
 */
export const TEXTS_OF_EXTRA: Readonly<Record<string, readonly string[]>> = {
  alibaba: ["os_type", "platform", "disk_device_mappings.*.snapshot_id", "disk_device_mappings.*.format"],
  azure: ["osType", "storageProfile.osDisk.osType", "storageProfile.osDisk.snapshot.id", "sourceVirtualMachine.id"],
  cloudstack: ["os", "format"],
  digitalocean: ["distribution"],
  docker: [],
  dockerhub: [],
  ec2: ["platform", "platform_details", "block_device_mapping.*.ebs.snapshot_id"],
  gce: ["rawDisk.containerType", "sourceDisk", "sourceSnapshot", "sourceImage"],
  hetzner: ["os_flavor", "os_version"],
  ibm: [
    "operating_system.name",
    "operating_system.display_name",
    "operating_system.vendor",
    "operating_system.version",
  ],
  incus: [],
  libvirt: ["format"],
  linode: ["vendor"],
  oci: [],
  openstack: ["os_type", "disk_format", "container_format"],
  oracle: ["operating_system", "operating_system_version"],
  proxmox: ["format"],
  rackspace: ["os_type"],
  scaleway: ["root_volume.id"],
  simplestreams: [],
  vsphere: [],
  vultr: ["family"],
};

/** EC2's location of an image in S3; that of others is their owner and name. */
const LOCATION = "image_location";

/** More of them are not searched. */
const MOST_TEXTS = 200;

/** The texts of an image that are searched beside the columns of its row: its keywords, and then those of `extra`. */
export function furtherTexts(image: MachineImage, provider: string): string[] {
  const columns = new Set([image.name, image.description, image.platform, image.architecture]);
  const texts = (TEXTS_OF_EXTRA[provider] ?? []).flatMap((path) => textsAt(image.extra, path.split(".")));
  const said = [...texts, ...locationOf(image)].filter((text) => text !== "" && !columns.has(text));
  const cut = said.slice(0, MOST_TEXTS).map((text) => text.slice(0, MOST_NAME).toWellFormed());
  return [...new Set([...image.keywords, ...cut])];
}

function locationOf({ name, extra }: MachineImage): string[] {
  const location = extra[LOCATION];
  return typeof location !== "string" || (name !== null && location.endsWith(`/${name}`)) ? [] : [location];
}

function textsAt(value: JsonValue | undefined, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return typeof value === "string" ? [value] : typeof value === "number" ? [String(value)] : [];
  if (isList(value)) return name === "*" ? value.flatMap((item) => textsAt(item, rest)) : [];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return textsAt(value[name], rest);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
