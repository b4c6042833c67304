import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { plainText } from "../transport/plain-text.ts";

const item = z
  .object({
    volid: z.string().min(1),
    content: z.string(),
    format: z.string().optional(),
    ctime: z.number().optional(),
    notes: z.string().optional(),
  })
  .catchall(z.json());

/**
 * Reads a volume of a storage. Apache Libcloud has no driver for Proxmox: `extra` is all that the API says, and where
 * the volume is. Volumes are named by their storage; one that each node has of its own by the node too.
 */
export function volumeImage(
  node: string,
  storage: { readonly storage: string; readonly type?: string | undefined; readonly shared?: number | undefined },
): z.ZodType<MachineImage> {
  const place = { node, storage: storage.storage, storage_type: storage.type ?? null, shared: storage.shared ?? 0 };
  return item.transform((volume) => {
    const words = [volume.content, volume.format, volume["vmid"], storage.storage, node];
    return {
      id: storage.shared ? volume.volid : `${node}/${volume.volid}`,
      name: fileIn(volume.volid),
      description: volume.notes || null,
      ownerId: null,
      ownerAlias: null,
      platform: null,
      architecture: null,
      visibility: "private",
      owned: true,
      createdAt: volume.ctime ? new Date(volume.ctime * 1000).toISOString() : null,
      deprecatedAt: null,
      keywords: [...new Set(words.map(plainText).filter((word) => word !== null))],
      extra: { ...knownFacts(volume), ...place },
    };
  });
}

/** `debian-12.iso` of `local:iso/debian-12.iso`; `vm-100-disk-0` of `local-lvm:vm-100-disk-0`. */
function fileIn(volid: string): string {
  return volid.split(/[:/]/).at(-1) || volid;
}
