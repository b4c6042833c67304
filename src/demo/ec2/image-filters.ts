import type { DemoImage } from "../generate/catalogue-image.ts";
import { Ec2Refusal, invalidValue } from "./ec2-errors.ts";

/** Whether an image passes all filters of a request. */
export type ImageFilter = (image: DemoImage) => boolean;

type Value = string | number | boolean | undefined;

const MAX_VALUES = 200;
const MAX_VALUE_LENGTH = 255;

/** What each filter looks at; an image passes when one of it matches one of the filter's values. */
const FIELDS: Readonly<Record<string, (image: DemoImage) => readonly Value[]>> = {
  architecture: (image) => [image.Architecture],
  "block-device-mapping.delete-on-termination": (image) => volumes(image).map((ebs) => ebs?.DeleteOnTermination),
  "block-device-mapping.device-name": (image) => (image.BlockDeviceMappings ?? []).map((device) => device.DeviceName),
  "block-device-mapping.encrypted": (image) => volumes(image).map((ebs) => ebs?.Encrypted),
  "block-device-mapping.snapshot-id": (image) => volumes(image).map((ebs) => ebs?.SnapshotId),
  "block-device-mapping.volume-size": (image) => volumes(image).map((ebs) => ebs?.VolumeSize),
  "block-device-mapping.volume-type": (image) => volumes(image).map((ebs) => ebs?.VolumeType),
  "creation-date": (image) => [image.CreationDate],
  description: (image) => [image.Description],
  "ena-support": (image) => [image.EnaSupport],
  "free-tier-eligible": (image) => [image.FreeTierEligible ?? false],
  hypervisor: (image) => [image.Hypervisor],
  "image-allowed": (image) => [image.ImageAllowed],
  "image-id": (image) => [image.ImageId],
  "image-type": (image) => [image.ImageType],
  "is-public": (image) => [image.Public],
  "kernel-id": (image) => [image.KernelId],
  "manifest-location": (image) => [image.ImageLocation],
  name: (image) => [image.Name],
  "owner-alias": (image) => [image.ImageOwnerAlias],
  "owner-id": (image) => [image.OwnerId],
  platform: (image) => [image.Platform],
  "public-ssm-parameter-name": (image) => [image.PublicSsmParameterName],
  "product-code": (image) => (image.ProductCodes ?? []).map((code) => code.ProductCodeId),
  "product-code.type": (image) => (image.ProductCodes ?? []).map((code) => code.ProductCodeType),
  "ramdisk-id": (image) => [image.RamdiskId],
  "root-device-name": (image) => [image.RootDeviceName],
  "root-device-type": (image) => [image.RootDeviceType],
  "source-image-id": (image) => [image.SourceImageId],
  "source-image-region": (image) => [image.SourceImageRegion],
  "source-instance-id": (image) => [image.SourceInstanceId],
  "sriov-net-support": (image) => [image.SriovNetSupport],
  state: (image) => [image.State],
  "state-reason-code": (image) => [image.StateReason?.Code],
  "state-reason-message": (image) => [image.StateReason?.Message],
  "tag-key": (image) => (image.Tags ?? []).map((tag) => tag.Key),
  "virtualization-type": (image) => [image.VirtualizationType],
};

/** Reads `Filter.N.Name` and `Filter.N.Value.M`, by name. Throws Ec2Refusal. */
export function compileFilters(filters: ReadonlyMap<string, readonly string[]>): ImageFilter {
  const values = [...filters.values()].flat();
  if (values.length > MAX_VALUES)
    throw new Ec2Refusal(
      400,
      "FilterLimitExceeded",
      `The maximum number of filter values specified on a single call is ${MAX_VALUES}`,
    );
  if (values.some((value) => value.length > MAX_VALUE_LENGTH))
    throw new Ec2Refusal(
      400,
      "FilterLimitExceeded",
      `The maximum length for a filter value is ${MAX_VALUE_LENGTH} characters`,
    );
  const tests = [...filters].map(([name, wanted]) => compileFilter(name, wanted));
  return (image) => tests.every((test) => test(image));
}

function compileFilter(name: string, wanted: readonly string[]): ImageFilter {
  const field = name.startsWith("tag:") ? tagValues(name.slice("tag:".length)) : FIELDS[name];
  if (!field) throw invalidValue(`The filter '${name}' is invalid`);
  const patterns = wanted.map(compilePattern);
  return (image) =>
    field(image).some((value) => value !== undefined && patterns.some((matches) => matches(String(value))));
}

/** `*` is any text, `?` any character, a backslash takes either as itself; upper and lower case differ. */
function compilePattern(pattern: string): (text: string) => boolean {
  if (!/[*?\\]/.test(pattern)) return (text) => text === pattern;
  const pieces = [...pattern.matchAll(/\\(.)|([\s\S])/gu)].map(([, escaped, plain]) => ({
    char: escaped ?? plain,
    wild: plain === "*" || plain === "?",
  }));
  return (text) => matchesPieces(text, pieces);
}

/** Takes as little as can be for each `*`, and goes back to the last one only: never more than length times length. */
function matchesPieces(text: string, pieces: readonly { char: string | undefined; wild: boolean }[]): boolean {
  let [at, piece] = [0, 0];
  let [star, afterStar] = [-1, 0];
  while (at < text.length) {
    const next = pieces[piece];
    if (next?.wild && next.char === "*") {
      star = piece++;
      afterStar = at;
    } else if (next && (next.wild || next.char === text[at])) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++afterStar;
    } else return false;
  }
  return pieces.slice(piece).every(({ char, wild }) => wild && char === "*");
}

function tagValues(key: string): (image: DemoImage) => readonly Value[] {
  return (image) => (image.Tags ?? []).filter((tag) => tag.Key === key).map((tag) => tag.Value);
}

function volumes(image: DemoImage): NonNullable<DemoImage["BlockDeviceMappings"]>[number]["Ebs"][] {
  return (image.BlockDeviceMappings ?? []).map((device) => device.Ebs);
}
