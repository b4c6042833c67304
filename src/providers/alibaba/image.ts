import { z } from "zod";
import type { JsonValue, MachineImage, Visibility } from "../../image.ts";
import { asItCame } from "../transport/reading/as-it-came.ts";
import { deprecatedSinceEver, isoTime } from "../transport/reading/image-times.ts";
import { jsonRecord, jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { snakeCase } from "../transport/reading/snake-case.ts";

/** How an image came to be listed: by everybody's sources, as the account's own, or as shared with it. */
export type AlibabaView = "public" | "community" | "own" | "shared";

const item = z
  .object({
    ImageId: z.string().min(1),
    ImageName: asItCame,
    Description: asItCame,
    ImageOwnerId: asItCame,
    ImageOwnerAlias: asItCame,
    ImageFamily: asItCame,
    Platform: asItCame,
    OSType: asItCame,
    OSName: asItCame,
    OSNameEn: asItCame,
    SupplierName: asItCame,
    Architecture: asItCame,
    CreationTime: asItCame,
    Status: asItCame,
    IsPublic: asItCame,
  })
  .catchall(jsonValue);
type EcsItem = z.infer<typeof item>;

/** What is read of an image; most of `extra` is as it came. */
const facts = z.object({
  ImageName: lenientText,
  Description: lenientText,
  ImageOwnerId: lenientText,
  ImageOwnerAlias: lenientText,
  ImageFamily: lenientText,
  Platform: lenientText,
  OSType: lenientText,
  OSName: lenientText,
  OSNameEn: lenientText,
  SupplierName: lenientText,
  Architecture: lenientText,
  CreationTime: lenientText,
  Status: lenientText,
  IsPublic: lenientFlag,
  Tags: lenientRecord.pipe(z.object({ Tag: lenientList(z.object({ TagKey: lenientText, TagValue: lenientText })) })),
  DiskDeviceMappings: lenientRecord.pipe(z.object({ DiskDeviceMapping: lenientList(jsonRecord) })),
});
type EcsImage = z.infer<typeof facts>;

/** What an image tells of the account that lists it: none of other accounts' business. */
const OF_THE_ACCOUNT = new Set(["is_subscribed", "is_self_shared", "usage", "resource_group_id", "tags"]);

/** Reads an image of ECS's API of 2014-05-26, found in `region`. */
export function alibabaImage(view: AlibabaView, region: string): z.ZodType<MachineImage> {
  const isShared = view === "public" || view === "community";
  return item.transform((given) => {
    const image = facts.parse(given);
    const createdAt = isoTime(image.CreationTime);
    const extra = Object.entries(extraOf(given, image, region));
    return {
      id: given.ImageId,
      name: image.ImageName || null,
      description: image.Description || null,
      ownerId: image.ImageOwnerId || null,
      ownerAlias: image.ImageOwnerAlias || null,
      platform: image.Platform || image.OSType || null,
      architecture: image.Architecture || null,
      visibility: visibilityOf(image, view),
      owned: view === "own",
      createdAt,
      deprecatedAt: image.Status === "Deprecated" ? deprecatedSinceEver(createdAt) : null,
      keywords: keywordsOf(image, isShared),
      extra: Object.fromEntries(extra.flatMap(([name, value]) => forEverybody(name, value, isShared))),
    };
  });
}

/** Where Libcloud has a name, it stays there. */
function forEverybody(name: string, value: JsonValue, isShared: boolean): (readonly [string, JsonValue])[] {
  if (!isShared || !OF_THE_ACCOUNT.has(name)) return [[name, value]];
  return LIBCLOUD.includes(name) ? [[name, null]] : [];
}

function visibilityOf({ IsPublic }: EcsImage, view: AlibabaView): Visibility {
  if (view === "own") return IsPublic ? "community" : "private";
  return view;
}

function keywordsOf(image: EcsImage, isShared: boolean): string[] {
  const tags = isShared ? [] : image.Tags.Tag.map(({ TagValue }) => TagValue);
  const words = [image.ImageFamily, image.OSName, image.OSNameEn, image.SupplierName, ...tags];
  return [...new Set(words.filter((word) => word !== null && word !== ""))].map(String);
}

/** The names and the order of Apache Libcloud's driver (`RESOURCE_EXTRA_ATTRIBUTES_MAP`): absent ones are null. */
// prettier-ignore
const LIBCLOUD = [
  "image_version", "os_type", "platform", "architecture", "description", "size", "image_owner_alias", "os_name",
  "product_code", "is_subscribed", "progress", "creation_time", "usage", "is_copied", "disk_device_mappings",
];
const ELSEWHERE = new Set(["image_id", "image_name", "tags", "disk_device_mappings"]);

/** Everything the API says, under Libcloud's names and others of their style. */
function extraOf(
  given: EcsItem,
  { Tags, DiskDeviceMappings }: EcsImage,
  region: string,
): { [name: string]: JsonValue } {
  const said: { [name: string]: JsonValue | undefined } = given;
  const named = Object.entries(said).map(([name, value]) => [snakeCase(name), value ?? null] as const);
  const facts: { [name: string]: JsonValue } = {
    ...Object.fromEntries(LIBCLOUD.map((name) => [name, null])),
    ...Object.fromEntries(named.filter(([name]) => !ELSEWHERE.has(name))),
    region,
    tags: Object.fromEntries(Tags.Tag.map(({ TagKey, TagValue }) => [TagKey ?? "", TagValue ?? ""])),
  };
  // Libcloud has the first one alone; what there is of others follows.
  const [first, ...more] = DiskDeviceMappings.DiskDeviceMapping.map(mappingOf);
  facts["disk_device_mappings"] = first ?? null;
  if (more.length > 0) facts["more_disk_device_mappings"] = more;
  return facts;
}

/** Libcloud's names of a mapping, which are null where nothing is said. */
const MAPPING = ["snapshot_id", "size", "device", "format", "import_oss_bucket", "import_oss_object"];

/** As Libcloud has it, sizes are numbers. */
function mappingOf(mapping: { readonly [name: string]: JsonValue }): JsonValue {
  const said = Object.fromEntries(
    Object.entries(mapping).map(([name, value]) => [
      snakeCase(name),
      name === "Size" && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value,
    ]),
  );
  return { ...Object.fromEntries(MAPPING.map((name) => [name, null])), ...said };
}

const identified = z.object({ ImageId: z.union([z.string().min(1), z.number().transform(String)]) });

/** The id of an item that cannot be read as an image. */
export function alibabaId(given: unknown): string | undefined {
  return identified.safeParse(given).data?.ImageId;
}
