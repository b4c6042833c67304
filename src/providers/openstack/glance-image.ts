import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { jsonRecord } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientNumber, lenientText } from "../transport/reading/lenient.ts";
import { type ImageMetadata, readMetadata, readTime, readVisibility, textOf } from "./metadata.ts";

/** Glance's own properties (API v2); whatever else an image has was put on it by its cloud or its owner. */
const BASE_PROPERTIES = new Set([
  "checksum",
  "container_format",
  "created_at",
  "direct_url",
  "disk_format",
  "file",
  "id",
  "locations",
  "min_disk",
  "min_ram",
  "name",
  "os_hash_algo",
  "os_hash_value",
  "os_hidden",
  "owner",
  "protected",
  "schema",
  "self",
  "size",
  "status",
  "stores",
  "tags",
  "updated_at",
  "virtual_size",
  "visibility",
]);

/** How far an image is, as Nova says it of Glance's images. */
const PROGRESS: Readonly<Record<string, number>> = { queued: 25, saving: 50, active: 100 };

const item = z.object({
  id: z.string().min(1),
  name: lenientText,
  status: lenientText,
  visibility: lenientText,
  owner: lenientText,
  created_at: lenientText,
  updated_at: lenientText,
  min_disk: lenientNumber,
  min_ram: lenientNumber,
  tags: lenientList(z.string()),
  os_hidden: lenientFlag,
  protected: lenientFlag,
  size: lenientNumber,
  virtual_size: lenientNumber,
  disk_format: lenientText,
  container_format: lenientText,
  checksum: lenientText,
  os_hash_algo: lenientText,
  os_hash_value: lenientText,
});
type Item = z.infer<typeof item>;

/** Whether a project took an image that another shares with it. */
export type MemberStatus = "accepted" | "pending" | "rejected";

export interface GlanceView {
  /** Whose images are one's own. */
  readonly projectId: string | null;
  /** What is known of the images that others share: the status that was asked for; undefined where nobody can say. */
  readonly memberStatus: MemberStatus | undefined;
}

/**
 * Reads an image of Glance's API v2. Its `extra` is what Apache Libcloud makes of the same image when Nova lists it
 * (status in capitals, progress, the server it was taken from), and then, which Nova does not tell, Glance's own properties
 * and `member_status`.
 */
export function glanceImage(view: GlanceView): z.ZodType<MachineImage> {
  return z.unknown().transform((raw, context) => {
    const read = item.safeParse(raw);
    const properties = jsonRecord.safeParse(raw);
    if (read.success && properties.success) return toMachineImage(read.data, metadataOf(properties.data), view);
    const issues = [...(read.error?.issues ?? []), ...(properties.error?.issues ?? [])];
    for (const { path, message } of issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
}

function toMachineImage(image: Item, metadata: ImageMetadata, { projectId, memberStatus }: GlanceView): MachineImage {
  const owned = projectId !== null && image.owner === projectId;
  // Glance keeps them as a set, whose order is another one after each start.
  const tags = image.tags.toSorted();
  return {
    id: image.id,
    name: image.name || null,
    ...readMetadata(metadata, tags),
    ownerId: image.owner,
    ownerAlias: null,
    visibility: readVisibility(image.visibility),
    owned,
    createdAt: readTime(image.created_at),
    deprecatedAt: null,
    extra: {
      status: image.status?.toUpperCase() ?? null,
      updated: image.updated_at,
      created: image.created_at,
      minDisk: image.min_disk,
      progress: PROGRESS[image.status?.toLowerCase() ?? ""] ?? 0,
      minRam: image.min_ram,
      serverId: textOf(metadata["instance_uuid"]),
      metadata,
      visibility: image.visibility,
      os_type: textOf(metadata["os_type"]),
      ...glanceProperties(image, tags),
      member_status: !owned && image.visibility === "shared" ? (memberStatus ?? null) : null,
    },
  };
}

/** Under Glance's own names. */
function glanceProperties(image: Item, tags: readonly string[]): { readonly [name: string]: JsonValue } {
  return {
    os_hidden: image.os_hidden,
    protected: image.protected,
    owner: image.owner,
    size: image.size,
    virtual_size: image.virtual_size,
    disk_format: image.disk_format,
    container_format: image.container_format,
    checksum: image.checksum,
    os_hash_algo: image.os_hash_algo,
    os_hash_value: image.os_hash_value,
    tags,
  };
}

/** The properties that are not Glance's own, in the order they came. */
function metadataOf(image: ImageMetadata): ImageMetadata {
  return Object.fromEntries(Object.entries(image).filter(([name]) => !BASE_PROPERTIES.has(name)));
}
