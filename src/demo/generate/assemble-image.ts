import type { Billing, Storage } from "./build-series.ts";
import type { Architecture, BlockDevice, DemoImage } from "./catalogue-image.ts";
import type { Random } from "./random.ts";

/** What is known of an image before EC2's own fields are made up. Times are in milliseconds. */
export interface ImagePlan {
  readonly id: string;
  readonly owner: string;
  readonly alias?: "amazon" | "aws-marketplace" | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly created: number;
  readonly architecture: Architecture;
  readonly billing?: Billing | undefined;
  readonly storage?: Storage | undefined;
  readonly paravirtual?: boolean | undefined;
  /** Root volume, GiB. */
  readonly size: number;
  readonly deprecated?: number | undefined;
  /** Volumes besides the root. */
  readonly volumes?: number | undefined;
}

const BILLINGS: Readonly<Record<Billing, { details: string; operation: string }>> = {
  linux: { details: "Linux/UNIX", operation: "RunInstances" },
  windows: { details: "Windows", operation: "RunInstances:0002" },
  "windows-sql": { details: "Windows with SQL Server Standard", operation: "RunInstances:0006" },
  rhel: { details: "Red Hat Enterprise Linux", operation: "RunInstances:0010" },
  "rhel-byol": { details: "Red Hat BYOL Linux", operation: "RunInstances:00g0" },
  suse: { details: "SUSE Linux", operation: "RunInstances:000g" },
};

/** The kernels that paravirtual images of a region boot. */
const KERNELS = ["aki-919dcaf8", "aki-68ceaf01", "aki-184c7a05", "aki-36ed075f"] as const;
const RAMDISKS = ["ari-a51cf9cc", "ari-4538dd2c", "ari-b31cf9da"] as const;

const ENA_SINCE = Date.UTC(2017, 0);
const UEFI_SINCE = Date.UTC(2022, 6);
const IMDS_SINCE = Date.UTC(2023, 0);
const GP3_SINCE = Date.UTC(2023, 0);

/** The image as DescribeImages tells it, public and available. */
export function assembleImage(plan: ImagePlan, random: Random): DemoImage {
  const billing = BILLINGS[plan.billing ?? "linux"];
  const instanceStore = plan.storage === "instance-store";
  const image: DemoImage = {
    ImageId: plan.id,
    ImageLocation: locationOf(plan),
    State: "available",
    OwnerId: plan.owner,
    CreationDate: new Date(plan.created).toISOString().replace(/\.\d+Z$/, ".000Z"),
    Public: true,
    Architecture: plan.architecture,
    ImageType: "machine",
    RootDeviceType: instanceStore ? "instance-store" : "ebs",
    BlockDeviceMappings: instanceStore ? [] : blockDevices(plan, random),
    VirtualizationType: plan.paravirtual ? "paravirtual" : "hvm",
    Hypervisor: "xen",
    PlatformDetails: billing.details,
    UsageOperation: billing.operation,
  };
  addWords(image, plan);
  if (!instanceStore) image.RootDeviceName = rootDevice(plan);
  if (plan.billing?.startsWith("windows")) image.Platform = "windows";
  if (plan.deprecated !== undefined) image.DeprecationTime = wholeMinute(plan.deprecated);
  if (plan.paravirtual) addKernel(image, instanceStore, random);
  else addHardware(image, plan, random);
  return image;
}

function addWords(image: DemoImage, { name, description, alias }: ImagePlan): void {
  if (name !== undefined) image.Name = name;
  if (description !== undefined) image.Description = description;
  if (alias) image.ImageOwnerAlias = alias;
}

function addKernel(image: DemoImage, instanceStore: boolean, random: Random): void {
  image.KernelId = random.pick(KERNELS);
  if (instanceStore && random.chance(0.4)) image.RamdiskId = random.pick(RAMDISKS);
}

function addHardware(image: DemoImage, { created, architecture, alias }: ImagePlan, random: Random): void {
  image.SriovNetSupport = "simple";
  if (created > ENA_SINCE) image.EnaSupport = true;
  if (architecture.startsWith("arm64")) image.BootMode = "uefi";
  else if (created > UEFI_SINCE && random.chance(0.6)) image.BootMode = "uefi-preferred";
  if (created > IMDS_SINCE && random.chance(0.6)) image.ImdsSupport = "v2.0";
  if (image.Platform && random.chance(0.1)) image.TpmSupport = "v2.0";
  if (alias === "amazon") addAmazonsMarks(image, created, random);
}

function addAmazonsMarks(image: DemoImage, created: number, random: Random): void {
  if (created < IMDS_SINCE) return;
  if (random.chance(0.3)) image.FreeTierEligible = true;
  if (random.chance(0.1)) image.PublicSsmParameterName = `/aws/service/ami-demo-latest/${image.Architecture}`;
}

function locationOf({ id, owner, alias, name, storage }: ImagePlan): string {
  if (storage === "instance-store")
    return `images-${owner}/${name?.slice(name.lastIndexOf("/") + 1) ?? id}.manifest.xml`;
  return `${alias ?? owner}/${name ?? id}`;
}

function rootDevice({ storage }: ImagePlan): string {
  return storage === "xvda" ? "/dev/xvda" : "/dev/sda1";
}

function blockDevices(plan: ImagePlan, random: Random): BlockDevice[] {
  const devices = [volume(rootDevice(plan), plan.size, plan, random)];
  for (let i = 0; i < (plan.volumes ?? 0); i++) devices.push(volume(deviceName(i), 10 << (i % 5), plan, random));
  if (plan.storage === "ubuntu")
    devices.push(
      { DeviceName: "/dev/sdb", VirtualName: "ephemeral0" },
      { DeviceName: "/dev/sdc", VirtualName: "ephemeral1" },
    );
  return devices;
}

/** `/dev/sdd` for the first volume besides the root, past what instance stores take. */
function deviceName(index: number): string {
  const letter = String.fromCharCode("a".charCodeAt(0) + ((index + 3) % 26));
  return `${index + 3 < 26 ? "/dev/sd" : "/dev/xvdb"}${letter}`;
}

function volume(name: string, size: number, { created }: ImagePlan, random: Random): BlockDevice {
  const common = {
    SnapshotId: `snap-0${random.hex(16)}`,
    VolumeSize: size,
    DeleteOnTermination: true,
    Encrypted: false,
  };
  if (created > GP3_SINCE && random.chance(0.6))
    return { DeviceName: name, Ebs: { ...common, VolumeType: "gp3", Iops: 3000, Throughput: 125 } };
  return { DeviceName: name, Ebs: { ...common, VolumeType: random.chance(0.1) ? "standard" : "gp2" } };
}

/** EC2 deprecates on the minute: `2026-03-01T10:04:00.000Z`. */
function wholeMinute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}:00.000Z`;
}
