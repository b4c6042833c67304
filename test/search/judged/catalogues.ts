import type { z } from "zod";
import type { MachineImage } from "../../../src/image.ts";
import { marketplaceImage } from "../../../src/providers/azure/marketplace-image.ts";
import type { Ec2Image } from "../../../src/providers/ec2/ec2-image.ts";
import { readImages } from "../../../src/providers/ec2/image.ts";
import { gceImage } from "../../../src/providers/gce/image.ts";
import { glanceImage } from "../../../src/providers/openstack/glance-image.ts";
import { AZURE_MARKET } from "./azure-market.ts";
import { EC2_AMAZON } from "./ec2-amazon.ts";
import { EC2_LINUX } from "./ec2-linux.ts";
import { EC2_PRODUCTS } from "./ec2-products.ts";
import { GCE_OWN, GCE_PROJECTS } from "./gce-projects.ts";
import type { Cloud } from "./judged-query.ts";
import { OPENSTACK_CLOUD } from "./openstack-cloud.ts";
import { type Build, buildsOf, type Series } from "./series.ts";

/** An image of a judged catalogue, and the build that it is. */
export interface JudgedImage {
  readonly image: MachineImage;
  readonly build: Build;
}

/** What each cloud lists, read by its own adapter. */
export const CATALOGUES: Readonly<Record<Cloud, () => JudgedImage[]>> = {
  ec2: () => read([...EC2_LINUX, ...EC2_AMAZON, ...EC2_PRODUCTS], readEc2),
  azure: () => read(AZURE_MARKET, readAzure),
  gce: () => [
    ...read(GCE_PROJECTS, (build) => readGce(build, false)),
    ...read(GCE_OWN, (build) => readGce(build, true)),
  ],
  openstack: () => read(OPENSTACK_CLOUD, readGlance),
};

function read(series: readonly Series[], reader: (build: Build) => MachineImage): JudgedImage[] {
  return buildsOf(series).map((build) => ({ image: reader(build), build }));
}

/** Numbers that look like ids, all different. */
function digits(serial: number, length: number): string {
  return ((serial + 1) * 2_654_435_761).toString(16).padStart(length, "0").slice(-length);
}

function readEc2({ series, name, about, architecture, createdAt, state, serial }: Build): MachineImage {
  const record: Record<string, unknown> = {
    ImageId: `ami-0${digits(serial, 16)}`,
    ImageLocation: `${series.alias ?? series.owner}/${name}`,
    ImageType: "machine",
    Public: true,
    OwnerId: series.owner,
    ...(series.alias && { ImageOwnerAlias: series.alias }),
    Name: name,
    ...(about && { Description: about }),
    Architecture: architecture,
    State: state === "deprecated" ? "available" : state,
    CreationDate: createdAt,
    ...(state === "deprecated" && { DeprecationTime: "2026-02-01T00:00:00.000Z" }),
    PlatformDetails: "Linux/UNIX",
    RootDeviceType: "ebs",
    VirtualizationType: "hvm",
    ...series.facts,
  };
  const [image] = readImages([record as Ec2Image], "public").images;
  if (!image) throw new Error(`unreadable: ${name}`);
  return image;
}

function readAzure({ series, version, architecture, state }: Build): MachineImage {
  const [offer = "", sku = ""] = series.name.split(":");
  const shelf = { publisher: series.owner, offer, sku, location: "westeurope" };
  const properties = {
    architecture,
    osDiskImage: { operatingSystem: series.facts?.["osType"] ?? "Linux" },
    ...(state === "deprecated" && { imageDeprecationStatus: { imageState: "Deprecated" } }),
  };
  return parse(marketplaceImage(shelf), { name: version, properties });
}

function readGce({ series, name, about, architecture, createdAt, state, serial }: Build, isOwn: boolean): MachineImage {
  return parse(gceImage({ id: series.owner, isOwn }), {
    id: String((isOwn ? 8 : 7) * 1_000_000_000_000_000 + serial * 7_919),
    name,
    description: about,
    creationTimestamp: createdAt,
    architecture,
    status: "READY",
    ...(state === "deprecated" && { deprecated: { state: "DEPRECATED" } }),
    licenses: [
      `https://www.googleapis.com/compute/v1/projects/${series.owner}/global/licenses/${String(series.facts?.["family"])}`,
    ],
    ...series.facts,
  });
}

function readGlance({ series, name, architecture, createdAt, state, serial }: Build): MachineImage {
  const id = digits(serial, 12);
  return parse(glanceImage("00000000000000000000000000000001"), {
    id: `${id.slice(0, 8)}-${id.slice(8)}-4a5b-8c7d-${id}`,
    name,
    status: state === "available" ? "active" : state,
    owner: series.owner,
    created_at: createdAt,
    updated_at: createdAt,
    min_disk: 10,
    min_ram: 512,
    disk_format: "qcow2",
    architecture,
    ...series.facts,
  });
}

function parse(schema: z.ZodType<MachineImage>, value: unknown): MachineImage {
  return schema.parse(value);
}
