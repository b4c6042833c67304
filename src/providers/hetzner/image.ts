import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { isoTime } from "../transport/image-times.ts";

const item = z
  .object({
    id: z.union([z.number().transform(String), z.string().min(1)]),
    type: z.string().nullish(),
    name: z.string().nullish(),
    description: z.string().nullish(),
    created: z.string().nullish(),
    created_from: z.object({ name: z.string().nullish() }).catchall(z.json()).nullish(),
    os_flavor: z.string().nullish(),
    os_version: z.string().nullish(),
    architecture: z.string().nullish(),
    deprecated: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  })
  .catchall(z.json());
type HetznerImage = z.infer<typeof item>;

/** Images that Hetzner makes; all others are a project's. */
export const PUBLIC_TYPES: ReadonlySet<string> = new Set(["system", "app"]);

/**
 * Reads an image of the API v1. A project's own have a description, but no name. Apache Libcloud has no driver for this
 * cloud: `extra` is all that the API says, under its own names.
 */
export const hetznerImage: z.ZodType<MachineImage> = item.transform((image) => {
  const isPublic = PUBLIC_TYPES.has(image.type ?? "");
  return {
    id: image.id,
    name: image.name || null,
    description: image.description || null,
    ownerId: null,
    ownerAlias: null,
    platform: image.os_flavor && image.os_flavor !== "unknown" ? image.os_flavor : null,
    architecture: image.architecture || null,
    visibility: isPublic ? "public" : "private",
    owned: !isPublic,
    createdAt: isoTime(image.created),
    deprecatedAt: isoTime(image.deprecated),
    keywords: keywordsOf(image),
    extra: knownFacts(image, ELSEWHERE),
  };
});

function keywordsOf({ type, os_version, created_from, labels }: HetznerImage): string[] {
  const words = [type ?? "", os_version ?? "", created_from?.name ?? "", ...Object.values(labels ?? {})];
  return [...new Set(words.filter((word) => word !== ""))];
}

const ELSEWHERE = new Set(["id", "name"]);
