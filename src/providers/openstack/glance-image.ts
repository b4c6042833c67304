import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { lenientFlag, lenientList, lenientNumber, lenientText } from "../transport/lenient.ts";
import { type ImageMetadata, readMetadata, readTime, readVisibility, textOf } from "./image-facts.ts";

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

const item = z
  .object({
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
  })
  .catchall(z.json());

/**
 * Reads an image of Glance's API v2. Its `extra` is what Apache Libcloud makes of the same image when Nova lists it
 * (status in capitals, progress, the server it was taken from), and then, which Nova does not tell, `visibility`
 * and `os_type`, and of a hidden one that it is.
 */
export function glanceImage(projectId: string | null): z.ZodType<MachineImage> {
  return item.transform((image) => {
    const metadata = metadataOf(image);
    return {
      id: image.id,
      name: image.name || null,
      ...readMetadata(metadata, image.tags),
      ownerId: image.owner,
      ownerAlias: null,
      visibility: readVisibility(image.visibility),
      owned: projectId !== null && image.owner === projectId,
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
        ...(image.os_hidden === true && { os_hidden: true }),
      },
    };
  });
}

/** The properties that are not Glance's own, in the order they came. */
function metadataOf(image: z.infer<typeof item>): ImageMetadata {
  const custom = Object.entries(image).filter(([name]) => !BASE_PROPERTIES.has(name));
  return Object.fromEntries(custom.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
