import type { Ec2BlockDevice, Ec2Image, Ec2Tag, Ec2Volume } from "./ec2-image.ts";
import type { Fields } from "./image-levels.ts";

/** The image that an `item` of `imagesSet` describes. */
export function toImage(image: Fields): Ec2Image {
  return {
    ImageId: text(image, "imageId")?.trim(),
    ImageLocation: text(image, "imageLocation"),
    State: text(image, "imageState"),
    OwnerId: text(image, "imageOwnerId"),
    CreationDate: text(image, "creationDate"),
    Public: truth(image, "isPublic"),
    ProductCodes: groups(image, "productCodes")?.map((code) => ({ ProductCodeId: text(code, "productCode") })),
    Architecture: text(image, "architecture"),
    ImageType: text(image, "imageType"),
    KernelId: text(image, "kernelId"),
    RamdiskId: text(image, "ramdiskId"),
    Platform: text(image, "platform"),
    SriovNetSupport: text(image, "sriovNetSupport"),
    ImageOwnerAlias: text(image, "imageOwnerAlias"),
    Name: text(image, "name"),
    Description: text(image, "description"),
    RootDeviceType: text(image, "rootDeviceType"),
    RootDeviceName: text(image, "rootDeviceName"),
    BlockDeviceMappings: groups(image, "blockDeviceMapping")?.map(toDevice),
    VirtualizationType: text(image, "virtualizationType"),
    Tags: groups(image, "tagSet")?.map(toTag),
    Hypervisor: text(image, "hypervisor"),
    BillingProducts: groups(image, "billingProducts")?.map((product) => ({ Product: text(product, "billingProduct") })),
    EnaSupport: truth(image, "enaSupport"),
    BootMode: text(image, "bootMode"),
    TpmSupport: text(image, "tpmSupport"),
    PlatformDetails: text(image, "platformDetails"),
    UsageOperation: text(image, "usageOperation"),
    DeprecationTime: text(image, "deprecationTime"),
    ImdsSupport: text(image, "imdsSupport"),
    LastLaunchedTime: text(image, "lastLaunchedTime"),
    ImageAllowed: truth(image, "imageAllowed"),
    SourceImageId: text(image, "sourceImageId"),
    SourceImageRegion: text(image, "sourceImageRegion"),
    FreeTierEligible: truth(image, "freeTierEligible"),
  };
}

function toDevice(device: Fields): Ec2BlockDevice {
  const [ebs] = groups(device, "ebs") ?? [];
  return {
    DeviceName: text(device, "deviceName"),
    VirtualName: text(device, "virtualName"),
    Ebs: ebs && toVolume(ebs),
  };
}

function toVolume(volume: Fields): Ec2Volume {
  return {
    SnapshotId: text(volume, "snapshotId"),
    VolumeSize: number(volume, "volumeSize"),
    DeleteOnTermination: truth(volume, "deleteOnTermination"),
    VolumeType: text(volume, "volumeType"),
    Iops: number(volume, "iops"),
    Throughput: number(volume, "throughput"),
    Encrypted: truth(volume, "encrypted"),
  };
}

function toTag(tag: Fields): Ec2Tag {
  return { Key: text(tag, "key"), Value: text(tag, "value") };
}

function text({ level, texts }: Fields, name: string): string | undefined {
  const slot = level.byName.get(name);
  return slot && texts[slot.at];
}

function groups({ level, groups: found }: Fields, name: string): readonly Fields[] | undefined {
  const slot = level.byName.get(name);
  return slot && found[slot.at];
}

function truth(fields: Fields, name: string): boolean | undefined {
  const value = text(fields, name)?.toLowerCase();
  return value === "true" || value === "false" ? value === "true" : undefined;
}

function number(fields: Fields, name: string): number | undefined {
  const value = text(fields, name);
  return value === undefined || value.trim() === "" ? undefined : Number(value);
}
