import type { Ec2BlockDevice, Ec2Image, Ec2Tag, Ec2Volume } from "./ec2-image.ts";
import { readXml, type XmlElement } from "./read-xml.ts";

/** A page of DescribeImages as its XML has it. */
export interface ReadPage {
  readonly items: readonly Ec2Image[];
  /** The token of the next page; undefined on the last; null where a page names a next one, but not with a text. */
  readonly nextToken: string | undefined | null;
}

/**
 * Reads a page, field by field: one that is not as documented (an element in a text, two values) is left out and costs neither
 * its image nor its page. Undefined for XML that is no page of images; throws SyntaxError for what is no XML.
 */
export function readPage(xml: string): ReadPage | undefined {
  const { elements } = readXml(xml);
  const sets = elements.filter(({ name }) => name === "imagesSet");
  const tokens = elements.filter(({ name }) => name === "nextToken");
  if (sets.length + tokens.length === 0) return undefined;
  const nextToken = textOf(tokens);
  const isOdd = tokens.length > 0 && nextToken === undefined && !tokens.every(({ isNil }) => isNil);
  return { items: sets.flatMap(imagesIn), nextToken: isOdd ? null : nextToken || undefined };
}

/** What is in a set of images and is no image may have been one: it is an image without an id. */
function imagesIn({ elements, text }: XmlElement): Ec2Image[] {
  const images = elements.map((element) => (element.name === "item" ? imageOf(fieldsOf([element])) : {}));
  return text.trim() === "" ? images : [...images, {}];
}

/** The elements of the same name, by name. */
type Fields = ReadonlyMap<string, readonly XmlElement[]>;

function fieldsOf(parents: readonly XmlElement[]): Fields {
  const fields = new Map<string, XmlElement[]>();
  for (const { elements } of parents) {
    for (const element of elements) {
      const same = fields.get(element.name);
      if (same) same.push(element);
      else fields.set(element.name, [element]);
    }
  }
  return fields;
}

function imageOf(image: Fields): Ec2Image {
  return {
    ImageId: text(image, "imageId")?.trim(),
    ImageLocation: text(image, "imageLocation"),
    State: text(image, "imageState"),
    OwnerId: text(image, "imageOwnerId"),
    CreationDate: text(image, "creationDate"),
    Public: truth(image, "isPublic"),
    ProductCodes: items(image, "productCodes", (code) => ({ ProductCodeId: text(code, "productCode") })),
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
    BlockDeviceMappings: items(image, "blockDeviceMapping", deviceOf),
    VirtualizationType: text(image, "virtualizationType"),
    Tags: items(image, "tagSet", tagOf),
    Hypervisor: text(image, "hypervisor"),
    BillingProducts: items(image, "billingProducts", (product) => ({ Product: text(product, "billingProduct") })),
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

function deviceOf(device: Fields): Ec2BlockDevice {
  const ebs = device.get("ebs");
  return {
    DeviceName: text(device, "deviceName"),
    VirtualName: text(device, "virtualName"),
    Ebs: ebs && volumeOf(fieldsOf(ebs)),
  };
}

function volumeOf(volume: Fields): Ec2Volume {
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

function tagOf(tag: Fields): Ec2Tag {
  return { Key: text(tag, "key"), Value: text(tag, "value") };
}

/** Undefined where the list is absent. */
function items<T>(fields: Fields, name: string, read: (item: Fields) => T): T[] | undefined {
  const lists = fields.get(name);
  return lists?.flatMap(({ elements }) =>
    elements.filter((element) => element.name === "item").map((element) => read(fieldsOf([element]))),
  );
}

function text(fields: Fields, name: string): string | undefined {
  return textOf(fields.get(name) ?? []);
}

/** What all of these elements say; undefined where they do not say the same, or something else than text. */
function textOf(elements: readonly XmlElement[]): string | undefined {
  const [first, ...others] = elements.map((element) =>
    element.elements.length > 0 || element.isNil ? undefined : withoutLineBreaks(element.text),
  );
  return others.every((other) => other === first) ? first : undefined;
}

/** Line breaks and spaces alone are how an empty element was laid out. */
function withoutLineBreaks(value: string): string {
  return value.includes("\n") && value.trim() === "" ? "" : value;
}

function truth(fields: Fields, name: string): boolean | undefined {
  const value = text(fields, name)?.toLowerCase();
  return value === "true" || value === "false" ? value === "true" : undefined;
}

function number(fields: Fields, name: string): number | undefined {
  const value = text(fields, name);
  return value === undefined || value.trim() === "" ? undefined : Number(value);
}
