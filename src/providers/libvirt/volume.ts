import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";

/** A volume as `vol-dumpxml` prints it: https://libvirt.org/formatstorage.html#storage-volume-xml */
export interface DumpedVolume {
  readonly pool: string;
  /** As the pool lists it. */
  readonly name: string;
  readonly xml: string;
}

const volume = z
  .object({ pool: z.string(), name: z.string(), xml: z.string() })
  .transform(({ pool, name, xml }) => ({ pool, name, ...readVolume(xml) }))
  .pipe(
    z.object({
      pool: z.string(),
      name: z.string().min(1),
      type: z.string().optional(),
      key: z.string().optional(),
      path: z.string().optional(),
      format: z.string().optional(),
      capacity: z.number().optional(),
      allocation: z.number().optional(),
      backing_store: z.string().optional(),
      backing_format: z.string().optional(),
      created: z.string().optional(),
      written: z.string().optional(),
    }),
  );

/** Reads a volume. Within a host its pool and its name are its own; its key, mostly its path, may be in two pools. */
export const libvirtVolume: z.ZodType<MachineImage> = volume.transform((read) => {
  const { name, pool, format, type, backing_store, created, written, ...facts } = read;
  return {
    id: `${pool}/${name}`,
    name,
    description: null,
    ownerId: null,
    ownerAlias: null,
    platform: null,
    architecture: null,
    visibility: "private",
    owned: true,
    // Few file systems say when a file was made.
    createdAt: created ?? written ?? null,
    deprecatedAt: null,
    keywords: [pool, read.path, format, type, backing_store].filter((word) => word !== undefined),
    extra: { pool, ...knownMembers({ format, type, ...facts, backing_store }) },
  };
});

/** Whether what was printed is a volume to its end. */
export function isWholeVolume(xml: string): boolean {
  return /^\s*<volume[\s>]/.test(xml) && /<\/volume>\s*$/.test(xml);
}

function readVolume(xml: string): Record<string, string | number | undefined> {
  const target = within(xml, "target") ?? "";
  const backing = within(xml, "backingStore") ?? "";
  const own = xml.replace(target, "").replace(backing, "");
  return {
    type: attributeOf(own, "volume", "type"),
    key: textOf(own, "key"),
    capacity: numberOf(own, "capacity"),
    allocation: numberOf(own, "allocation"),
    path: textOf(target, "path"),
    format: attributeOf(target, "format", "type"),
    backing_store: textOf(backing, "path"),
    backing_format: attributeOf(backing, "format", "type"),
    created: timeOf(target, "btime"),
    written: timeOf(target, "mtime"),
  };
}

function within(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}(?:\\s[^>]*)?>(.*?)</${element}>`, "s").exec(xml)?.[1];
}

/** Undefined also for no text at all. */
function textOf(xml: string, element: string): string | undefined {
  return unescape(within(xml, element) ?? "") || undefined;
}

function attributeOf(xml: string, element: string, name: string): string | undefined {
  const [, , value] = new RegExp(`<${element}\\s(?:[^>]*\\s)?${name}=(['"])(.*?)\\1`, "s").exec(xml) ?? [];
  return value === undefined ? undefined : unescape(value);
}

/** Always in bytes: `virsh` writes no other unit. */
function numberOf(xml: string, element: string): number | undefined {
  const text = textOf(xml, element);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Seconds since 1970 with a fraction: `1341933637.273190990`. */
function timeOf(xml: string, element: string): string | undefined {
  const time = new Date(Math.floor(Number(textOf(xml, element) ?? Number.NaN)) * 1000);
  return time.getTime() > 0 ? time.toISOString() : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&([a-z]+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
