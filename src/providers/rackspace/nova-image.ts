import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { jsonRecord } from "../transport/reading/json-values.ts";
import { lenientNumber, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { readMetadata, readTime, readVisibility } from "../openstack/metadata.ts";

const item = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  name: lenientText,
  status: lenientText,
  updated: lenientText,
  created: lenientText,
  minDisk: lenientNumber,
  minRam: lenientNumber,
  progress: lenientNumber,
  metadata: jsonRecord.catch({}),
  server: lenientRecord.pipe(z.object({ id: lenientText })),
  // Nova itself has neither; some clouds add them.
  visibility: lenientText.optional(),
  os_type: lenientText.optional(),
});

/**
 * Reads an image of Nova's API v2. Its `extra` is what Apache Libcloud makes of it; `visibility` and `os_type`
 * are null where the cloud does not say them.
 */
export const novaImage: z.ZodType<MachineImage> = item.transform((image) => {
  const { metadata } = image;
  const kind = metadata["image_type"];
  return {
    id: image.id,
    name: image.name || null,
    ...readMetadata(metadata),
    ownerId: null,
    ownerAlias: null,
    // Rackspace's own images are `base`, those taken of a customer's server `snapshot`.
    visibility: readVisibility(image.visibility === undefined && kind === "base" ? "public" : image.visibility),
    owned: kind === "snapshot" || image.server.id !== null,
    createdAt: readTime(image.created),
    deprecatedAt: null,
    extra: {
      status: image.status,
      updated: image.updated,
      created: image.created,
      minDisk: image.minDisk,
      progress: image.progress,
      minRam: image.minRam,
      serverId: image.server.id,
      metadata,
      visibility: image.visibility ?? null,
      os_type: image.os_type ?? null,
    },
  };
});
