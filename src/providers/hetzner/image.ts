import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import type { SourceDescription } from "../provider.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z
  .object({ id: z.union([z.number().transform(String), z.string().min(1)]) })
  .catchall(jsonValue.catch(null));

const fields = z.object({
  type: lenientText,
  name: lenientText,
  description: lenientText,
  created_from: lenientRecord,
  os_flavor: lenientText,
  os_version: lenientText,
  architecture: lenientText,
  labels: lenientRecord,
});
type HetznerFields = z.infer<typeof fields>;

/** Images that Hetzner makes; all others are a project's. */
export const PUBLIC_TYPES: ReadonlySet<string> = new Set(["system", "app"]);
const OWN_TYPES: ReadonlySet<string> = new Set(["snapshot", "backup", "temporary"]);

/**
 * Reads an image of the API v1. A project's own have a description, but no name. Apache Libcloud has no driver for this
 * cloud: `extra` is all that the API says, under its own names. Only a known type makes an image public; among the public ones,
 * one of an unreadable type is rejected, and so stays as it was.
 */
export function hetznerImage(scope: SourceDescription["scope"]): z.ZodType<MachineImage> {
  return item.transform((image, context) => {
    const read = fields.parse(image);
    const isPublic = PUBLIC_TYPES.has(read.type ?? "");
    if (scope === "public" && !isPublic && !OWN_TYPES.has(read.type ?? "")) {
      context.addIssue({ code: "custom", path: ["type"], message: "expected a type that the API documents" });
      return z.NEVER;
    }
    return {
      id: image.id,
      name: read.name || null,
      description: read.description || null,
      ownerId: null,
      ownerAlias: null,
      platform: read.os_flavor && read.os_flavor !== "unknown" ? read.os_flavor : null,
      architecture: read.architecture || null,
      visibility: isPublic ? "public" : "private",
      // A type of the future is the project's; of an odd one nobody knows.
      owned: !isPublic && typeof image["type"] === "string",
      createdAt: isoTime(image["created"]),
      deprecatedAt: isoTime(image["deprecated"]),
      keywords: keywordsOf(read),
      extra: knownMembers(image, ELSEWHERE),
    };
  });
}

function keywordsOf({ type, os_version, created_from, labels }: HetznerFields): string[] {
  const words = [type, os_version, created_from["name"], ...Object.values(labels)];
  return [...new Set(words.map(plainText).filter((word) => word !== null))];
}

const ELSEWHERE = new Set(["id", "name"]);
