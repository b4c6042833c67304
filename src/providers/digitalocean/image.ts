import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { deprecatedSinceEver, isoTime } from "../transport/image-times.ts";

const item = z
  .object({
    id: z.union([z.number().transform(String), z.string().min(1)]),
    name: z.string().nullish(),
    type: z.string().nullish(),
    distribution: z.string().nullish(),
    slug: z.string().nullish(),
    public: z.boolean().nullish(),
    regions: z.array(z.string()).nullish(),
    created_at: z.string().nullish(),
    min_disk_size: z.number().nullish(),
    description: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    status: z.string().nullish(),
  })
  .catchall(z.json());
type DigitaloceanImage = z.infer<typeof item>;

/** Reads an image of the API v2. It names no owner, and no architecture but in names. */
export const digitaloceanImage: z.ZodType<MachineImage> = item.transform((image) => {
  const createdAt = isoTime(image.created_at);
  const isPublic = image.public === true;
  return {
    id: image.id,
    name: image.name || null,
    description: image.description?.trim() || null,
    ownerId: null,
    ownerAlias: null,
    platform: platformOf(image),
    architecture: null,
    visibility: isPublic ? "public" : "private",
    owned: !isPublic,
    createdAt,
    deprecatedAt: image.status === "retired" ? deprecatedSinceEver(createdAt) : null,
    keywords: keywordsOf(image),
    extra: extraOf(image),
  };
});

/** Custom images may be of a distribution that the API has no word for. */
function platformOf({ distribution }: DigitaloceanImage): string | null {
  return distribution && !distribution.startsWith("Unknown") ? distribution : null;
}

function keywordsOf({ slug, type, regions, tags }: DigitaloceanImage): string[] {
  const words = [slug ?? "", type ?? "", ...(tags ?? []), ...(regions ?? [])];
  return [...new Set(words.filter((word) => word !== ""))];
}

const ELSEWHERE = new Set(["id", "name"]);

/** Apache Libcloud's names (`_to_image`), which are the API's, in its order; then all else that the API says. */
function extraOf(image: DigitaloceanImage): MachineImage["extra"] {
  const { distribution = null, public: isPublic = null, slug = null, regions = null } = image;
  const { min_disk_size = null, created_at = null } = image;
  const libcloud = { distribution, public: isPublic, slug, regions, min_disk_size, created_at };
  return { ...libcloud, ...knownFacts(image, ELSEWHERE) };
}
