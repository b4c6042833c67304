import type { BlockDevice, DemoImage } from "../generate/catalogue-image.ts";
import { blockWriter, elementWriter } from "./xml-element.ts";

/*
 * Images in the XML of the EC2 Query API: element names, order and white space as in a recorded answer of
 * version 2016-11-15, newer elements where the service's model puts them.
 */

const image = {
  ImageId: elementWriter("imageId", 12),
  ImageLocation: elementWriter("imageLocation", 12),
  State: elementWriter("imageState", 12),
  OwnerId: elementWriter("imageOwnerId", 12),
  CreationDate: elementWriter("creationDate", 12),
  Public: elementWriter("isPublic", 12),
  Architecture: elementWriter("architecture", 12),
  ImageType: elementWriter("imageType", 12),
  KernelId: elementWriter("kernelId", 12),
  RamdiskId: elementWriter("ramdiskId", 12),
  Platform: elementWriter("platform", 12),
  SriovNetSupport: elementWriter("sriovNetSupport", 12),
  ImageOwnerAlias: elementWriter("imageOwnerAlias", 12),
  Name: elementWriter("name", 12),
  Description: elementWriter("description", 12),
  RootDeviceType: elementWriter("rootDeviceType", 12),
  RootDeviceName: elementWriter("rootDeviceName", 12),
  VirtualizationType: elementWriter("virtualizationType", 12),
  Hypervisor: elementWriter("hypervisor", 12),
  EnaSupport: elementWriter("enaSupport", 12),
  BootMode: elementWriter("bootMode", 12),
  TpmSupport: elementWriter("tpmSupport", 12),
  PlatformDetails: elementWriter("platformDetails", 12),
  UsageOperation: elementWriter("usageOperation", 12),
  DeprecationTime: elementWriter("deprecationTime", 12),
  ImdsSupport: elementWriter("imdsSupport", 12),
  SourceInstanceId: elementWriter("sourceInstanceId", 12),
  DeregistrationProtection: elementWriter("deregistrationProtection", 12),
  LastLaunchedTime: elementWriter("lastLaunchedTime", 12),
  ImageAllowed: elementWriter("imageAllowed", 12),
  SourceImageId: elementWriter("sourceImageId", 12),
  SourceImageRegion: elementWriter("sourceImageRegion", 12),
  FreeTierEligible: elementWriter("freeTierEligible", 12),
  PublicSsmParameterName: elementWriter("publicSsmParameterName", 12),
};
const device = {
  DeviceName: elementWriter("deviceName", 20),
  VirtualName: elementWriter("virtualName", 20),
  NoDevice: elementWriter("noDevice", 20),
};
const volume = {
  SnapshotId: elementWriter("snapshotId", 24),
  VolumeSize: elementWriter("volumeSize", 24),
  DeleteOnTermination: elementWriter("deleteOnTermination", 24),
  VolumeType: elementWriter("volumeType", 24),
  Iops: elementWriter("iops", 24),
  Throughput: elementWriter("throughput", 24),
  Encrypted: elementWriter("encrypted", 24),
  KmsKeyId: elementWriter("kmsKeyId", 24),
};
const productCode = { ProductCodeId: elementWriter("productCode", 20), ProductCodeType: elementWriter("type", 20) };
const tag = { Key: elementWriter("key", 20), Value: elementWriter("value", 20) };
const reason = { Code: elementWriter("code", 16), Message: elementWriter("message", 16) };

const outerItem = blockWriter("item", 8);
const innerItem = blockWriter("item", 16);
const productCodes = blockWriter("productCodes", 12);
const stateReason = blockWriter("stateReason", 12);
const blockDeviceMapping = blockWriter("blockDeviceMapping", 12);
const tagSet = blockWriter("tagSet", 12);
const ebs = blockWriter("ebs", 20);

/** An `<item>` of `imagesSet`, on its own lines. */
export function renderImage(of: DemoImage): string {
  return outerItem(
    image.ImageId(of.ImageId) +
      image.ImageLocation(of.ImageLocation) +
      image.State(of.State) +
      image.OwnerId(of.OwnerId) +
      image.CreationDate(of.CreationDate) +
      image.Public(of.Public) +
      renderProductCodes(of) +
      image.Architecture(of.Architecture) +
      image.ImageType(of.ImageType) +
      image.KernelId(of.KernelId) +
      image.RamdiskId(of.RamdiskId) +
      image.Platform(of.Platform) +
      image.SriovNetSupport(of.SriovNetSupport) +
      renderStateReason(of) +
      image.ImageOwnerAlias(of.ImageOwnerAlias) +
      image.Name(of.Name) +
      image.Description(of.Description) +
      image.RootDeviceType(of.RootDeviceType) +
      image.RootDeviceName(of.RootDeviceName) +
      renderBlockDevices(of) +
      image.VirtualizationType(of.VirtualizationType) +
      renderTags(of) +
      image.Hypervisor(of.Hypervisor) +
      image.EnaSupport(of.EnaSupport) +
      renderNewerElements(of),
  );
}

function renderNewerElements(of: DemoImage): string {
  return (
    image.BootMode(of.BootMode) +
    image.TpmSupport(of.TpmSupport) +
    image.PlatformDetails(of.PlatformDetails) +
    image.UsageOperation(of.UsageOperation) +
    image.DeprecationTime(of.DeprecationTime) +
    image.ImdsSupport(of.ImdsSupport) +
    image.SourceInstanceId(of.SourceInstanceId) +
    image.DeregistrationProtection(of.DeregistrationProtection) +
    image.LastLaunchedTime(of.LastLaunchedTime) +
    image.ImageAllowed(of.ImageAllowed) +
    image.SourceImageId(of.SourceImageId) +
    image.SourceImageRegion(of.SourceImageRegion) +
    image.FreeTierEligible(of.FreeTierEligible) +
    image.PublicSsmParameterName(of.PublicSsmParameterName)
  );
}

function renderProductCodes({ ProductCodes }: DemoImage): string {
  if (!ProductCodes) return "";
  const items = ProductCodes.map((code) =>
    innerItem(productCode.ProductCodeId(code.ProductCodeId) + productCode.ProductCodeType(code.ProductCodeType)),
  );
  return productCodes(items.join(""));
}

function renderStateReason({ StateReason }: DemoImage): string {
  return StateReason ? stateReason(reason.Code(StateReason.Code) + reason.Message(StateReason.Message)) : "";
}

function renderTags({ Tags }: DemoImage): string {
  return Tags ? tagSet(Tags.map(({ Key, Value }) => innerItem(tag.Key(Key) + tag.Value(Value))).join("")) : "";
}

function renderBlockDevices({ BlockDeviceMappings }: DemoImage): string {
  if (!BlockDeviceMappings) return "";
  return blockDeviceMapping(BlockDeviceMappings.map((mapping) => innerItem(renderBlockDevice(mapping))).join(""));
}

function renderBlockDevice({ DeviceName, VirtualName, Ebs, NoDevice }: BlockDevice): string {
  return (
    device.DeviceName(DeviceName) +
    device.VirtualName(VirtualName) +
    (Ebs ? ebs(renderVolume(Ebs)) : "") +
    device.NoDevice(NoDevice)
  );
}

function renderVolume(of: NonNullable<BlockDevice["Ebs"]>): string {
  return (
    volume.SnapshotId(of.SnapshotId) +
    volume.VolumeSize(of.VolumeSize) +
    volume.DeleteOnTermination(of.DeleteOnTermination) +
    volume.VolumeType(of.VolumeType) +
    volume.Iops(of.Iops) +
    volume.Throughput(of.Throughput) +
    volume.Encrypted(of.Encrypted) +
    volume.KmsKeyId(of.KmsKeyId)
  );
}
