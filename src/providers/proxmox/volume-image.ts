import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientNumber, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

/** Where a volume is. */
export interface VolumePlace {
  /** Null where nodes share the storage. */
  readonly node: string | null;
  readonly storage: string;
  readonly type: string | null;
}

const item = z.object({ volid: z.string().min(1) }).catchall(jsonValue);
const facts = z.object({ ctime: lenientNumber, notes: lenientText });

/**
 * Reads a volume of a storage. Apache Libcloud has no driver for Proxmox: `extra` is all that the API says, and where
 * the volume is. Volumes are named by their storage; one that each node has of its own by the node too.
 */
export function volumeImage({ node, storage, type }: VolumePlace): z.ZodType<MachineImage> {
  const place = { ...(node !== null && { node }), storage, storage_type: type, shared: node === null ? 1 : 0 };
  return item.transform((volume) => {
    const { ctime, notes } = facts.parse(volume);
    const words = [volume["content"], volume["format"], volume["vmid"], storage, node];
    return {
      id: idAt(node, volume.volid),
      name: fileIn(volume.volid),
      description: notes || null,
      ownerId: null,
      ownerAlias: null,
      platform: null,
      architecture: null,
      visibility: "private",
      owned: true,
      createdAt: timeOf(ctime),
      deprecatedAt: null,
      keywords: [...new Set(words.map(plainText).filter((word) => word !== null))],
      extra: { ...knownMembers(volume), ...place },
    };
  });
}

/** The id of a volume that cannot be read, if it has one. */
export function volumeId({ node }: VolumePlace, volume: unknown): string | undefined {
  const volid = kinds.safeParse(volume).data?.volid;
  return volid ? idAt(node, volid) : undefined;
}

/** Kinds of content that are images. */
export const IMAGES: ReadonlySet<string> = new Set(["iso", "vztmpl", "import", "images"]);
/** Kinds that are none: backups, file systems of containers, snippets. */
const OTHERS: ReadonlySet<string> = new Set(["backup", "rootdir", "snippets"]);
const kinds = z.object({ volid: lenientText, content: lenientText });

/** Whether a volume is an image; of a kind that cannot be read, its path tells, as in `local:backup/vzdump.zst`. */
export function isImageVolume(volume: unknown): boolean {
  const { volid, content } = kinds.safeParse(volume).data ?? { volid: null, content: null };
  if (content !== null && IMAGES.has(content)) return true;
  if (content !== null && OTHERS.has(content)) return false;
  return !OTHERS.has(/^[^:]*:([^/]+)\//.exec(volid ?? "")?.[1] ?? "");
}

function idAt(node: string | null, volid: string): string {
  return node === null ? volid : `${node}/${volid}`;
}

/** Of seconds since 1970; null for none, and for more than a date can be. */
function timeOf(seconds: number | null): string | null {
  const time = new Date((seconds ?? 0) * 1000);
  return time.getTime() > 0 ? time.toISOString() : null;
}

/** `debian-12.iso` of `local:iso/debian-12.iso`; `vm-100-disk-0` of `local-lvm:vm-100-disk-0`. */
function fileIn(volid: string): string {
  return volid.split(/[:/]/).at(-1) || volid;
}
