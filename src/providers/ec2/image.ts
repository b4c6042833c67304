import type { JsonValue, MachineImage, Visibility } from "../../image.ts";
import type { ImagePage } from "../provider.ts";
import type { Ec2BlockDevice, Ec2Image, Ec2Volume } from "./ec2-image.ts";

/** How an image came to be listed: as everybody's, as the account's own, or as one that others share with it. */
export type Ec2View = "public" | "owned" | "shared";

/** Kernels and ramdisks, which are no machine images, are told by these where an endpoint names no type. */
const KERNEL_OR_RAMDISK = /^(aki|ari|eki|eri)-/;

/**
 * Reads a page; what has no id is rejected. Left out are kernels and ramdisks, and what is no public image in a
 * public listing: backends of other accounts show that too, and an endpoint may not heed who was asked for.
 */
export function readImages(items: readonly Ec2Image[], view: Ec2View): Pick<ImagePage, "images" | "rejected"> {
  const images = [];
  const rejected = [];
  for (const item of items) {
    if (!isMachine(item) || (view === "public" && item.Public === false)) continue;
    const { ImageId: id } = item;
    if (id) images.push(toMachineImage(id, item, view));
    else rejected.push({ reason: "ImageId: expected an id, found none", item });
  }
  return { images, rejected };
}

function isMachine({ ImageType, ImageId }: Ec2Image): boolean {
  if (ImageType === "kernel" || ImageType === "ramdisk") return false;
  return ImageType === "machine" || !KERNEL_OR_RAMDISK.test(ImageId ?? "");
}

function toMachineImage(id: string, image: Ec2Image, view: Ec2View): MachineImage {
  return {
    id,
    name: image.Name?.trim() ? image.Name : null,
    description: orNull(image.Description),
    ownerId: orNull(image.OwnerId),
    ownerAlias: orNull(image.ImageOwnerAlias),
    platform: orNull(image.Platform ?? image.PlatformDetails),
    architecture: orNull(image.Architecture),
    visibility: visibilityOf(image, view),
    owned: view === "owned",
    createdAt: isoTime(image.CreationDate),
    deprecatedAt: isoTime(image.DeprecationTime),
    keywords: (image.Tags ?? []).flatMap(({ Value }) => (Value ? [Value] : [])),
    extra: extraOf(image),
  };
}

function visibilityOf({ Public: isPublic }: Ec2Image, view: Ec2View): Visibility {
  if (view === "public" || isPublic) return "public";
  return view === "owned" ? "private" : "shared";
}

/**
 * The names, their order up to `billing_products`, and null for what is absent are those of Apache Libcloud's EC2
 * driver (`RESOURCE_EXTRA_ATTRIBUTES_MAP`), and so are booleans as text. Times stay as the cloud wrote them.
 */
function extraOf(image: Ec2Image): MachineImage["extra"] {
  return {
    state: orNull(image.State),
    owner_id: orNull(image.OwnerId),
    owner_alias: orNull(image.ImageOwnerAlias),
    is_public: booleanText(image.Public),
    architecture: orNull(image.Architecture),
    image_type: orNull(image.ImageType),
    image_location: orNull(image.ImageLocation),
    platform: orNull(image.Platform),
    description: orNull(image.Description),
    root_device_type: orNull(image.RootDeviceType),
    virtualization_type: orNull(image.VirtualizationType),
    hypervisor: orNull(image.Hypervisor),
    kernel_id: orNull(image.KernelId),
    ramdisk_id: orNull(image.RamdiskId),
    ena_support: booleanText(image.EnaSupport),
    sriov_net_support: orNull(image.SriovNetSupport),
    creation_date: orNull(image.CreationDate),
    tags: Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key ?? "", orNull(Value)])),
    block_device_mapping: (image.BlockDeviceMappings ?? []).map(deviceOf),
    billing_products: (image.BillingProducts ?? []).map(({ Product }) => orNull(Product)),
    deprecation_time: orNull(image.DeprecationTime),
    boot_mode: orNull(image.BootMode),
    imds_support: orNull(image.ImdsSupport),
    tpm_support: orNull(image.TpmSupport),
    platform_details: orNull(image.PlatformDetails),
    usage_operation: orNull(image.UsageOperation),
    root_device_name: orNull(image.RootDeviceName),
    product_codes: (image.ProductCodes ?? []).map(({ ProductCodeId }) => orNull(ProductCodeId)),
    source_image_id: orNull(image.SourceImageId),
    source_image_region: orNull(image.SourceImageRegion),
    image_allowed: booleanText(image.ImageAllowed),
    free_tier_eligible: booleanText(image.FreeTierEligible),
    last_launched_time: orNull(image.LastLaunchedTime),
  };
}

/** As Libcloud: a device with a virtual name is an instance store, any other is described as a volume. */
function deviceOf({ DeviceName, VirtualName, Ebs }: Ec2BlockDevice): JsonValue {
  return {
    device_name: orNull(DeviceName),
    ...(VirtualName === undefined ? {} : { virtual_name: VirtualName }),
    ...(Ebs || VirtualName === undefined ? { ebs: volumeOf(Ebs ?? {}) } : {}),
  };
}

function volumeOf(ebs: Ec2Volume): JsonValue {
  return {
    snapshot_id: orNull(ebs.SnapshotId),
    volume_size: numberOrNull(ebs.VolumeSize),
    delete: booleanText(ebs.DeleteOnTermination),
    volume_type: orNull(ebs.VolumeType),
    encrypted: booleanText(ebs.Encrypted),
    ...(ebs.Iops === undefined ? {} : { iops: numberOrNull(ebs.Iops) }),
    ...(ebs.Throughput === undefined ? {} : { throughput: numberOrNull(ebs.Throughput) }),
  };
}

function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

function booleanText(value: boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}

/** What is written where a number belongs and is none is NaN, which JSON cannot say. */
function numberOrNull(value: number | undefined): number | null {
  return Number.isFinite(value) ? (value ?? null) : null;
}

/** EC2 writes UTC, with or without saying so. Old images of compatible clouds have `<creationDate/>`. */
function isoTime(text: string | undefined): string | null {
  if (!text || !/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return null;
  const hasOffset = !text.includes("T") || /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = Date.parse(hasOffset ? text : `${text}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
