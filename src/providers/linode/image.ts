import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import type { SourceDescription } from "../provider.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { deprecatedSinceEver, utcTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z
  .object({ id: z.union([z.string().min(1), z.number().transform(String)]) })
  .catchall(jsonValue.catch(null));

const fields = z.object({
  label: lenientText,
  description: lenientText,
  created_by: lenientText,
  is_public: lenientFlag,
  is_shared: lenientFlag,
  deprecated: lenientFlag,
  vendor: lenientText,
  tags: lenientList(lenientText),
  capabilities: lenientList(lenientText),
  regions: lenientList(z.object({ region: lenientText })),
});
type LinodeFields = z.infer<typeof fields>;

/**
 * Reads an image of the API v4. It names no owner's account, but the user who made the image (`linode` for public ones),
 * and no architecture. Only a flag that says so makes an image public; among the public ones, one with an unreadable flag is
 * rejected, and so stays as it was.
 */
export function linodeImage(scope: SourceDescription["scope"]): z.ZodType<MachineImage> {
  return item.transform((image, context) => {
    const read = fields.parse(image);
    if (read.is_public === null && scope === "public") {
      context.addIssue({ code: "custom", path: ["is_public"], message: "expected true or false" });
      return z.NEVER;
    }
    const createdAt = utcTime(image["created"]);
    const isPublic = read.is_public === true;
    const isOthers = image.id.startsWith("shared/") || isShared(image["image_sharing"]);
    return {
      id: image.id,
      name: read.label || null,
      description: read.description || null,
      ownerId: null,
      ownerAlias: read.created_by || null,
      platform: read.vendor || null,
      architecture: null,
      visibility: isPublic ? "public" : isOthers || read.is_shared ? "shared" : "private",
      owned: read.is_public === false && !isOthers,
      createdAt,
      // The end of life (`eol`) is when an image is to be removed, which may be long after.
      deprecatedAt: read.deprecated ? deprecatedSinceEver(createdAt) : null,
      keywords: keywordsOf(read),
      extra: extraOf(image),
    };
  });
}

const sharing = z.object({ shared_by: z.unknown().optional() }).nullish();

/** Whether another account shares an image with this one. What cannot be read is not taken for the account's own. */
function isShared(said: JsonValue | undefined): boolean {
  const read = sharing.safeParse(said);
  return !read.success || (read.data?.shared_by ?? null) !== null;
}

function keywordsOf({ tags, capabilities, regions }: LinodeFields): string[] {
  const words = [...tags, ...capabilities, ...regions.map(({ region }) => region)];
  return [...new Set(words.map(plainText).filter((word) => word !== null))];
}

/** `label` is the name. */
const ELSEWHERE = new Set(["id", "label"]);

/** Apache Libcloud's names (`_to_image` of API v4), which are the API's, in its order; then all else that the API says. */
function extraOf(image: { readonly [name: string]: JsonValue }): MachineImage["extra"] {
  const { type = null, description = null, created = null, created_by = null } = image;
  const { is_public = null, size = null, eol = null, vendor = null } = image;
  const libcloud = { type, description, created, created_by, is_public, size, eol, vendor };
  return { ...libcloud, ...knownMembers(image, ELSEWHERE) };
}
