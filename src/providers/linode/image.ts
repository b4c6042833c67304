import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { deprecatedSinceEver, utcTime } from "../transport/image-times.ts";

const item = z
  .object({
    id: z.string().min(1),
    label: z.string().nullish(),
    description: z.string().nullish(),
    type: z.string().nullish(),
    created: z.string().nullish(),
    created_by: z.string().nullish(),
    is_public: z.boolean().nullish(),
    is_shared: z.boolean().nullish(),
    deprecated: z.boolean().nullish(),
    vendor: z.string().nullish(),
    eol: z.string().nullish(),
    size: z.number().nullish(),
    tags: z.array(z.string()).nullish(),
    capabilities: z.array(z.string()).nullish(),
    regions: z.array(z.object({ region: z.string() }).catchall(z.json())).nullish(),
    image_sharing: z.object({ shared_by: z.json().optional() }).catchall(z.json()).nullish(),
  })
  .catchall(z.json());
type LinodeImage = z.infer<typeof item>;

/**
 * Reads an image of the API v4. It names no owner's account, but the user who made the image (`linode` for public ones),
 * and no architecture.
 */
export const linodeImage: z.ZodType<MachineImage> = item.transform((image) => {
  const createdAt = utcTime(image.created);
  const isPublic = image.is_public === true;
  const isOthers = image.id.startsWith("shared/") || (image.image_sharing?.shared_by ?? null) !== null;
  return {
    id: image.id,
    name: image.label || null,
    description: image.description || null,
    ownerId: null,
    ownerAlias: image.created_by || null,
    platform: image.vendor || null,
    architecture: null,
    visibility: isPublic ? "public" : isOthers || image.is_shared ? "shared" : "private",
    owned: !isPublic && !isOthers,
    createdAt,
    // The end of life (`eol`) is when an image is to be removed, which may be long after.
    deprecatedAt: image.deprecated ? deprecatedSinceEver(createdAt) : null,
    keywords: keywordsOf(image),
    extra: extraOf(image),
  };
});

function keywordsOf({ tags, capabilities, regions }: LinodeImage): string[] {
  return [...new Set([...(tags ?? []), ...(capabilities ?? []), ...(regions ?? []).map(({ region }) => region)])];
}

/** `label` is the name. */
const ELSEWHERE = new Set(["id", "label"]);

/** Apache Libcloud's names (`_to_image` of API v4), which are the API's, in its order; then all else that the API says. */
function extraOf(image: LinodeImage): MachineImage["extra"] {
  const { type = null, description = null, created = null, created_by = null } = image;
  const { is_public = null, size = null, eol = null, vendor = null } = image;
  const libcloud = { type, description, created, created_by, is_public, size, eol, vendor };
  return { ...libcloud, ...knownFacts(image, ELSEWHERE) };
}
