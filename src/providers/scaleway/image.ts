import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { isoTime } from "../transport/image-times.ts";
import type { Offer } from "./marketplace.ts";

/** Who owns the images that Scaleway makes. */
export const SCALEWAY_ORGANIZATION = "51b656e3-4865-41e8-adbc-0c45bdd780db";

const item = z
  .object({
    id: z.string().min(1),
    name: z.string().nullish(),
    organization: z.string().nullish(),
    arch: z.string().nullish(),
    public: z.boolean().nullish(),
    creation_date: z.string().nullish(),
    modification_date: z.string().nullish(),
    root_volume: z.object({ size: z.number().nullish() }).catchall(z.json()).nullish(),
    tags: z.array(z.string()).nullish(),
  })
  .catchall(z.json());
type ScalewayImage = z.infer<typeof item>;

/** Reads an image of the Instance API v1, with what `offers` say of it. It names no system. */
export function scalewayImage(offers: ReadonlyMap<string, Offer>): z.ZodType<MachineImage> {
  return item.transform((image) => {
    const facts = offers.get(image.id)?.facts ?? {};
    const isPublic = image.public === true;
    return {
      id: image.id,
      name: image.name || null,
      description: textOf(facts["description"]),
      ownerId: image.organization || null,
      ownerAlias: null,
      platform: null,
      architecture: image.arch || null,
      visibility: isPublic ? "public" : "private",
      // Of a public one the API does not tell whether it is the account's.
      owned: !isPublic,
      createdAt: isoTime(image.creation_date),
      deprecatedAt: isoTime(facts["valid_until"]),
      keywords: keywordsOf(image, facts),
      extra: extraOf(image, facts),
    };
  });
}

function keywordsOf({ tags }: ScalewayImage, { label, categories }: Offer["facts"]): string[] {
  const words = [textOf(label), ...z.array(z.string()).catch([]).parse(categories), ...(tags ?? [])];
  return [...new Set(words.map((word) => word ?? "").filter((word) => word !== ""))];
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

const ELSEWHERE = new Set(["id", "name"]);

/**
 * Apache Libcloud's names (`_to_image`) first, `size` among them: that of the root volume in whole GB, where Libcloud puts
 * 50 for an unknown one. Then all else that the API says, and under `marketplace` what that does.
 */
function extraOf(image: ScalewayImage, facts: Offer["facts"]): MachineImage["extra"] {
  const { arch = null, creation_date = null, modification_date = null, organization = null } = image;
  const bytes = image.root_volume?.size;
  return {
    arch,
    size: bytes ? Math.floor(bytes / 1e9) : null,
    creation_date,
    modification_date,
    organization,
    ...knownFacts(image, ELSEWHERE),
    ...(Object.keys(facts).length > 0 && { marketplace: facts }),
  };
}
