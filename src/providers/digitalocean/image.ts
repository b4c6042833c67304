import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import type { SourceDescription } from "../provider.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { deprecatedSinceEver, isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z
  .object({ id: z.union([z.number().transform(String), z.string().min(1)]) })
  .catchall(jsonValue.catch(null));

const fields = z.object({
  name: lenientText,
  type: lenientText,
  distribution: lenientText,
  slug: lenientText,
  public: lenientFlag,
  regions: lenientList(lenientText),
  description: lenientText,
  tags: lenientList(lenientText),
  status: lenientText,
});
type DigitaloceanFields = z.infer<typeof fields>;

/**
 * Reads an image of the API v2. It names no owner, and no architecture but in names. Only a flag that says so makes an image
 * public; among the public ones, one with an unreadable flag is rejected, and so stays as it was.
 */
export function digitaloceanImage(scope: SourceDescription["scope"]): z.ZodType<MachineImage> {
  return item.transform((image, context) => {
    const read = fields.parse(image);
    if (read.public === null && scope === "public") {
      context.addIssue({ code: "custom", path: ["public"], message: "expected true or false" });
      return z.NEVER;
    }
    const createdAt = isoTime(image["created_at"]);
    return {
      id: image.id,
      name: read.name || null,
      description: read.description?.trim() || null,
      ownerId: null,
      ownerAlias: null,
      platform: platformOf(read),
      architecture: null,
      visibility: read.public === true ? "public" : "private",
      owned: read.public === false,
      createdAt,
      deprecatedAt: read.status === "retired" ? deprecatedSinceEver(createdAt) : null,
      keywords: keywordsOf(read),
      extra: extraOf(image),
    };
  });
}

/** Custom images may be of a distribution that the API has no word for. */
function platformOf({ distribution }: DigitaloceanFields): string | null {
  return distribution && !distribution.startsWith("Unknown") ? distribution : null;
}

function keywordsOf({ slug, type, regions, tags }: DigitaloceanFields): string[] {
  return [...new Set([slug, type, ...tags, ...regions].map(plainText).filter((word) => word !== null))];
}

const ELSEWHERE = new Set(["id", "name"]);

/** Apache Libcloud's names (`_to_image`), which are the API's, in its order; then all else that the API says. */
function extraOf(image: { readonly [name: string]: JsonValue }): MachineImage["extra"] {
  const { distribution = null, public: isPublic = null, slug = null, regions = null } = image;
  const { min_disk_size = null, created_at = null } = image;
  const libcloud = { distribution, public: isPublic, slug, regions, min_disk_size, created_at };
  return { ...libcloud, ...knownMembers(image, ELSEWHERE) };
}
