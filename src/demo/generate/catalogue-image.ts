import type { ArchitectureValues, BlockDeviceMapping, Image } from "@aws-sdk/client-ec2";

export type Architecture = ArchitectureValues;
export type BlockDevice = BlockDeviceMapping;

/**
 * An image as the AWS SDK shows it. `Platform` is the service's own lower-case `windows`, which the SDK
 * passes on though its type says otherwise. What only other calls set is left out.
 */
export interface DemoImage extends Omit<
  Image,
  "Platform" | "ImageWatermarks" | "ScanResults" | "InstanceTypeSpecifications"
> {
  ImageId: string;
  OwnerId: string;
  Platform?: string | undefined;
}

/** An image and who may launch it. Its owner always may, and everybody when it is public. */
export interface CatalogueEntry {
  readonly image: DemoImage;
  /** Accounts with an explicit launch permission. */
  readonly sharedWith: readonly string[];
}
