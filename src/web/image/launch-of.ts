import { alibabaLaunch } from "../../providers/alibaba/launch.ts";
import { azureLaunch } from "../../providers/azure/launch.ts";
import { cloudstackLaunch } from "../../providers/cloudstack/launch.ts";
import { digitaloceanLaunch } from "../../providers/digitalocean/launch.ts";
import { dockerLaunch } from "../../providers/docker/launch.ts";
import { dockerhubLaunch } from "../../providers/dockerhub/launch.ts";
import { ec2Launch } from "../../providers/ec2/launch.ts";
import { gceLaunch } from "../../providers/gce/launch.ts";
import { hetznerLaunch } from "../../providers/hetzner/launch.ts";
import { ibmLaunch } from "../../providers/ibm/launch.ts";
import { incusLaunch } from "../../providers/incus/launch.ts";
import type { Launch, LaunchableImage, LaunchOf } from "../../providers/launch/snippet.ts";
import { libvirtLaunch } from "../../providers/libvirt/launch.ts";
import { linodeLaunch } from "../../providers/linode/launch.ts";
import { ociLaunch } from "../../providers/oci/launch.ts";
import { openstackLaunch } from "../../providers/openstack/launch.ts";
import { oracleLaunch } from "../../providers/oracle/launch.ts";
import { proxmoxLaunch } from "../../providers/proxmox/launch.ts";
import { scalewayLaunch } from "../../providers/scaleway/launch.ts";
import { simplestreamsLaunch } from "../../providers/simplestreams/launch.ts";
import { vsphereLaunch } from "../../providers/vsphere/launch.ts";
import { vultrLaunch } from "../../providers/vultr/launch.ts";

const LAUNCHES: Readonly<Record<string, LaunchOf>> = {
  alibaba: alibabaLaunch,
  azure: azureLaunch,
  cloudstack: cloudstackLaunch,
  digitalocean: digitaloceanLaunch,
  docker: dockerLaunch,
  dockerhub: dockerhubLaunch,
  ec2: ec2Launch,
  gce: gceLaunch,
  hetzner: hetznerLaunch,
  ibm: ibmLaunch,
  incus: incusLaunch,
  libvirt: libvirtLaunch,
  linode: linodeLaunch,
  oci: ociLaunch,
  openstack: openstackLaunch,
  oracle: oracleLaunch,
  proxmox: proxmoxLaunch,
  rackspace: openstackLaunch,
  scaleway: scalewayLaunch,
  simplestreams: simplestreamsLaunch,
  vsphere: vsphereLaunch,
  vultr: vultrLaunch,
};

/** How to use an image of this kind of cloud; nothing where that is not known. */
export function launchOf(provider: string, image: LaunchableImage): Launch {
  return LAUNCHES[provider]?.(image) ?? { snippets: [] };
}
