import type { ImageFacts, MachineImage } from "../image.ts";
import { alibabaFacts } from "./alibaba/facts.ts";
import { azureFacts } from "./azure/facts.ts";
import { cloudstackFacts } from "./cloudstack/facts.ts";
import { digitaloceanFacts } from "./digitalocean/facts.ts";
import { dockerFacts } from "./docker/facts.ts";
import { ec2Facts } from "./ec2/facts.ts";
import { gceFacts } from "./gce/facts.ts";
import { hetznerFacts } from "./hetzner/facts.ts";
import { ibmFacts } from "./ibm/facts.ts";
import { incusFacts } from "./incus/facts.ts";
import { linodeFacts } from "./linode/facts.ts";
import { openstackFacts } from "./openstack/facts.ts";
import { oracleFacts } from "./oracle/facts.ts";
import { proxmoxFacts } from "./proxmox/facts.ts";
import { scalewayFacts } from "./scaleway/facts.ts";
import { simplestreamsFacts } from "./simplestreams/facts.ts";
import { vsphereFacts } from "./vsphere/facts.ts";
import { vultrFacts } from "./vultr/facts.ts";
import { describeFacts, type NameTrust } from "./systems/describe-facts.ts";
import type { SaidFacts } from "./systems/said-facts.ts";

/** How each cloud's fields are read; registries and folders of disks have none that say what an image is. */
const READERS: Readonly<Record<string, (image: MachineImage) => SaidFacts>> = {
  alibaba: alibabaFacts,
  azure: azureFacts,
  cloudstack: cloudstackFacts,
  digitalocean: digitaloceanFacts,
  docker: dockerFacts,
  ec2: ec2Facts,
  gce: gceFacts,
  hetzner: hetznerFacts,
  ibm: ibmFacts,
  incus: incusFacts,
  linode: linodeFacts,
  openstack: openstackFacts,
  oracle: oracleFacts,
  proxmox: proxmoxFacts,
  scaleway: scalewayFacts,
  simplestreams: simplestreamsFacts,
  vsphere: vsphereFacts,
  vultr: vultrFacts,
  dockerhub: dockerFacts,
  rackspace: openstackFacts,
};

/** What is known of an image that an adapter read. `trust`: how much its name says. */
export function factsOf(image: MachineImage, provider: string, trust: NameTrust): DescribedImage {
  const said = READERS[provider]?.(image) ?? {};
  return { ...describeFacts(image, said, trust), family: said.family ?? null };
}

/** Facts, and where the cloud itself says it, of which image it is a build: the name with `*` for the build. */
export interface DescribedImage extends ImageFacts {
  readonly family: string | null;
}
