import { z } from "zod";
import type { JsonValue, MachineImage, Visibility } from "../../image.ts";
import { deprecatedSinceEver, isoTime } from "../transport/image-times.ts";
import { snakeCase } from "../transport/snake-case.ts";

/** How an image came to be listed: by everybody's sources, as the account's own, or as shared with it. */
export type AlibabaView = "public" | "community" | "own" | "shared";

const tag = z.object({ TagKey: z.string().optional(), TagValue: z.string().optional() });

const item = z
  .object({
    ImageId: z.string().min(1),
    ImageName: z.string().optional(),
    Description: z.string().optional(),
    ImageOwnerId: z.union([z.string(), z.number()]).optional(),
    ImageOwnerAlias: z.string().optional(),
    ImageFamily: z.string().optional(),
    Platform: z.string().optional(),
    OSType: z.string().optional(),
    OSName: z.string().optional(),
    OSNameEn: z.string().optional(),
    SupplierName: z.string().optional(),
    Architecture: z.string().optional(),
    CreationTime: z.string().optional(),
    Status: z.string().optional(),
    IsPublic: z.boolean().optional(),
    Tags: z.object({ Tag: z.array(tag).optional() }).optional(),
    DiskDeviceMappings: z.object({ DiskDeviceMapping: z.array(z.record(z.string(), z.json())).optional() }).optional(),
  })
  .catchall(z.json());
type EcsImage = z.infer<typeof item>;

/** What an image tells of the account that lists it: none of other accounts' business. */
const OF_THE_ACCOUNT = new Set(["is_subscribed", "is_self_shared", "usage", "resource_group_id", "tags"]);

/** Reads an image of ECS's API of 2014-05-26, found in `region`. */
export function alibabaImage(view: AlibabaView, region: string): z.ZodType<MachineImage> {
  const isShared = view === "public" || view === "community";
  return item.transform((image) => {
    const createdAt = isoTime(image.CreationTime);
    const extra = Object.entries(extraOf(image, region));
    return {
      id: image.ImageId,
      name: image.ImageName || null,
      description: image.Description || null,
      ownerId: image.ImageOwnerId === undefined ? null : String(image.ImageOwnerId) || null,
      ownerAlias: image.ImageOwnerAlias || null,
      platform: image.Platform || image.OSType || null,
      architecture: image.Architecture || null,
      visibility: visibilityOf(image, view),
      owned: view === "own",
      createdAt,
      deprecatedAt: image.Status === "Deprecated" ? deprecatedSinceEver(createdAt) : null,
      keywords: keywordsOf(image, isShared),
      extra: Object.fromEntries(extra.filter(([name]) => !isShared || !OF_THE_ACCOUNT.has(name))),
    };
  });
}

function visibilityOf({ IsPublic }: EcsImage, view: AlibabaView): Visibility {
  if (view === "own") return IsPublic ? "community" : "private";
  return view;
}

function keywordsOf(image: EcsImage, isShared: boolean): string[] {
  const tags = isShared ? [] : (image.Tags?.Tag ?? []).map(({ TagValue }) => TagValue);
  const words = [image.ImageFamily, image.OSName, image.OSNameEn, image.SupplierName, ...tags];
  return [...new Set(words.filter((word) => word !== undefined && word !== ""))].map(String);
}

/** The names and the order of Apache Libcloud's driver (`RESOURCE_EXTRA_ATTRIBUTES_MAP`): absent ones are null. */
// prettier-ignore
const LIBCLOUD = [
  "image_version", "os_type", "platform", "architecture", "description", "size", "image_owner_alias", "os_name",
  "product_code", "is_subscribed", "progress", "creation_time", "usage", "is_copied", "disk_device_mappings",
];
const ELSEWHERE = new Set(["image_id", "image_name"]);

/** Everything the API says, under Libcloud's names and others of their style. */
function extraOf({ Tags, DiskDeviceMappings, ...image }: EcsImage, region: string): { [name: string]: JsonValue } {
  const said: { [name: string]: JsonValue | undefined } = image;
  const named = Object.entries(said).map(([name, value]) => [snakeCase(name), value ?? null] as const);
  const facts: { [name: string]: JsonValue } = {
    ...Object.fromEntries(LIBCLOUD.map((name) => [name, null])),
    ...Object.fromEntries(named.filter(([name]) => !ELSEWHERE.has(name))),
    region,
    tags: Object.fromEntries((Tags?.Tag ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])),
  };
  facts["disk_device_mappings"] = (DiskDeviceMappings?.DiskDeviceMapping ?? []).map(mappingOf);
  return facts;
}

/** As Libcloud has it, sizes are numbers. */
function mappingOf(mapping: { readonly [name: string]: JsonValue }): JsonValue {
  return Object.fromEntries(
    Object.entries(mapping).map(([name, value]) => [
      snakeCase(name),
      name === "Size" && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value,
    ]),
  );
}
