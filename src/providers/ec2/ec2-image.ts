/** An image of an answer of DescribeImages, under the SDK's names. What is absent or odd in the XML is undefined. */
export interface Ec2Image {
  readonly ImageId?: string | undefined;
  readonly ImageLocation?: string | undefined;
  readonly State?: string | undefined;
  readonly OwnerId?: string | undefined;
  readonly CreationDate?: string | undefined;
  readonly Public?: boolean | undefined;
  readonly ProductCodes?: readonly { readonly ProductCodeId?: string | undefined }[] | undefined;
  readonly Architecture?: string | undefined;
  readonly ImageType?: string | undefined;
  readonly KernelId?: string | undefined;
  readonly RamdiskId?: string | undefined;
  readonly Platform?: string | undefined;
  readonly SriovNetSupport?: string | undefined;
  readonly ImageOwnerAlias?: string | undefined;
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly RootDeviceType?: string | undefined;
  readonly RootDeviceName?: string | undefined;
  readonly BlockDeviceMappings?: readonly Ec2BlockDevice[] | undefined;
  readonly VirtualizationType?: string | undefined;
  readonly Tags?: readonly Ec2Tag[] | undefined;
  readonly Hypervisor?: string | undefined;
  /** EC2-compatible clouds name them, and so does Apache Libcloud; the SDK's model does not. */
  readonly BillingProducts?: readonly { readonly Product?: string | undefined }[] | undefined;
  readonly EnaSupport?: boolean | undefined;
  readonly BootMode?: string | undefined;
  readonly TpmSupport?: string | undefined;
  readonly PlatformDetails?: string | undefined;
  readonly UsageOperation?: string | undefined;
  readonly DeprecationTime?: string | undefined;
  readonly ImdsSupport?: string | undefined;
  readonly LastLaunchedTime?: string | undefined;
  readonly ImageAllowed?: boolean | undefined;
  readonly SourceImageId?: string | undefined;
  readonly SourceImageRegion?: string | undefined;
  readonly FreeTierEligible?: boolean | undefined;
}

export interface Ec2BlockDevice {
  readonly DeviceName?: string | undefined;
  readonly VirtualName?: string | undefined;
  readonly Ebs?: Ec2Volume | undefined;
}

export interface Ec2Volume {
  readonly SnapshotId?: string | undefined;
  readonly VolumeSize?: number | undefined;
  readonly DeleteOnTermination?: boolean | undefined;
  readonly VolumeType?: string | undefined;
  readonly Iops?: number | undefined;
  readonly Throughput?: number | undefined;
  readonly Encrypted?: boolean | undefined;
}

export interface Ec2Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}
