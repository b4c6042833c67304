import { BadRequestError } from "../errors.ts";
import { alibabaProvider } from "./alibaba/provider.ts";
import { azureProvider } from "./azure/provider.ts";
import type { CloudFacts } from "./cloud-facts.ts";
import { cloudstackProvider } from "./cloudstack/provider.ts";
import { digitaloceanProvider } from "./digitalocean/provider.ts";
import { dockerProvider } from "./docker/provider.ts";
import { dockerhubProvider } from "./dockerhub/provider.ts";
import { ec2Provider } from "./ec2/provider.ts";
import { gceProvider } from "./gce/provider.ts";
import { hetznerProvider } from "./hetzner/provider.ts";
import { ibmProvider } from "./ibm/provider.ts";
import { incusProvider } from "./incus/provider.ts";
import { libvirtProvider } from "./libvirt/provider.ts";
import { linodeProvider } from "./linode/provider.ts";
import { ociProvider } from "./oci/provider.ts";
import { openstackProvider } from "./openstack/provider.ts";
import { oracleProvider } from "./oracle/provider.ts";
import type { ProviderDefinition } from "./provider.ts";
import { proxmoxProvider } from "./proxmox/provider.ts";
import { rackspaceProvider } from "./rackspace/provider.ts";
import { scalewayProvider } from "./scaleway/provider.ts";
import { simplestreamsProvider } from "./simplestreams/provider.ts";
import { vsphereProvider } from "./vsphere/provider.ts";
import { vultrProvider } from "./vultr/provider.ts";

const providers: readonly ProviderDefinition[] = [
  ec2Provider,
  openstackProvider,
  rackspaceProvider,
  gceProvider,
  azureProvider,
  alibabaProvider,
  oracleProvider,
  ibmProvider,
  digitaloceanProvider,
  linodeProvider,
  hetznerProvider,
  vultrProvider,
  scalewayProvider,
  simplestreamsProvider,
  incusProvider,
  cloudstackProvider,
  proxmoxProvider,
  vsphereProvider,
  dockerProvider,
  ociProvider,
  dockerhubProvider,
  libvirtProvider,
];

const byName: ReadonlyMap<string, ProviderDefinition> = new Map(providers.map((provider) => [provider.name, provider]));

/** All kinds of clouds that a backend can be of. */
export function listProviders(): readonly ProviderDefinition[] {
  return providers;
}

export function providerNames(): string[] {
  return providers.map(({ name }) => name);
}

/** Whether a kind of cloud cannot be listed, only searched. */
export function isSearched(name: string): boolean {
  return byName.get(name)?.isSearched === true;
}

/** What is known of a kind of cloud's images; undefined for one that this release does not know. */
export function cloudFacts(name: string): CloudFacts | undefined {
  return byName.get(name)?.facts;
}

/** A provider as people and forms read of it. */
export interface ProviderDescription {
  readonly name: string;
  readonly title: string;
  readonly lists: string;
  readonly cannot_list: string | null;
  readonly fields: readonly FieldDescription[];
}

/** A field of a provider's backends, in the cloud's own words. */
export interface FieldDescription {
  readonly name: string;
  readonly label: string;
  readonly holds: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly multiline: boolean;
}

export function describeProviders(): ProviderDescription[] {
  return providers.map(({ name, title, lists, cannotList, fields }) => ({
    name,
    title,
    lists,
    cannot_list: cannotList ?? null,
    fields: fields.map((field) => ({
      name: field.name,
      label: field.label,
      holds: field.holds,
      required: field.isRequired === true,
      secret: field.isSecret === true,
      multiline: field.isMultiline === true,
    })),
  }));
}

/** Throws BadRequestError, naming those there are. */
export function findProvider(name: string): ProviderDefinition {
  const found = byName.get(name);
  if (!found)
    throw new BadRequestError(
      `provider: no ${JSON.stringify(name)}; expected one of ${providerNames().join(", ")}`,
      "provider",
    );
  return found;
}
