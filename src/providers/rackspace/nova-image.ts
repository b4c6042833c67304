import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { readMetadata, readTime, readVisibility } from "../openstack/image-facts.ts";

const item = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  name: z.string().nullish(),
  status: z.string(),
  updated: z.string().nullish(),
  created: z.string().nullish(),
  minDisk: z.number().nullish(),
  minRam: z.number().nullish(),
  progress: z.number().nullish(),
  metadata: z.record(z.string(), z.json()).nullish(),
  server: z.object({ id: z.string() }).nullish(),
  // Nova itself has neither; some clouds add them.
  visibility: z.string().optional(),
  os_type: z.string().optional(),
});

/**
 * Reads an image of Nova's API v2. Its `extra` is what Apache Libcloud makes of it; `visibility` and `os_type`
 * stand there only when the cloud says them.
 */
export const novaImage: z.ZodType<MachineImage> = item.transform((image) => {
  const metadata = image.metadata ?? {};
  const kind = metadata["image_type"];
  return {
    id: image.id,
    name: image.name || null,
    ...readMetadata(metadata),
    ownerId: null,
    ownerAlias: null,
    // Rackspace's own images are `base`, those taken of a customer's server `snapshot`.
    visibility: readVisibility(image.visibility ?? (kind === "base" ? "public" : "private")),
    owned: kind === "snapshot" || Boolean(image.server),
    createdAt: readTime(image.created),
    deprecatedAt: null,
    extra: {
      status: image.status,
      updated: image.updated ?? null,
      created: image.created ?? null,
      minDisk: image.minDisk ?? null,
      progress: image.progress ?? null,
      minRam: image.minRam ?? null,
      serverId: image.server?.id ?? null,
      metadata,
      ...(image.visibility !== undefined && { visibility: image.visibility }),
      ...(image.os_type !== undefined && { os_type: image.os_type }),
    },
  };
});
