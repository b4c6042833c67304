import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientFlag, lenientList, lenientNumber, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";
import type { Offer } from "./marketplace.ts";

/** Who owns the images that Scaleway makes. */
export const SCALEWAY_ORGANIZATION = "51b656e3-4865-41e8-adbc-0c45bdd780db";

const item = z
  .object({ id: z.union([z.string().min(1), z.number().transform(String)]) })
  .catchall(jsonValue.catch(null));
type ScalewayImage = z.infer<typeof item>;

const fields = z.object({
  name: lenientText,
  organization: lenientText,
  arch: lenientText,
  public: lenientFlag,
  root_volume: lenientRecord,
  tags: lenientList(lenientText),
});
type ScalewayFields = z.infer<typeof fields>;

/** What the Marketplace says of an image that `extra` is not all of. */
const offered = z.object({ label: lenientText, description: lenientText, categories: lenientList(lenientText) });

/**
 * Reads an image of the Instance API v1, with what `offers` say of it. It names no system. Only a flag that says so makes an
 * image public, or the Marketplace, which offers it to everybody.
 */
export function scalewayImage(offers: ReadonlyMap<string, Offer>): z.ZodType<MachineImage> {
  return item.transform((image) => {
    const offer = offers.get(image.id);
    const facts = offer?.facts ?? {};
    const read = fields.parse(image);
    const isPublic = read.public ?? offer !== undefined;
    return {
      id: image.id,
      name: read.name || null,
      description: offered.parse(facts).description || null,
      ownerId: read.organization || null,
      ownerAlias: null,
      platform: null,
      architecture: read.arch || null,
      visibility: isPublic ? "public" : "private",
      // Of a public one the API does not tell whether it is the account's.
      owned: read.public === false,
      createdAt: isoTime(image["creation_date"]),
      deprecatedAt: isoTime(facts["valid_until"]),
      keywords: keywordsOf(read, facts),
      extra: extraOf(image, read, facts),
    };
  });
}

/** Whether Scaleway makes an image for everybody; null where what it says of its owner and visibility is too odd to tell. */
export function isOfficial({ ownerId, owned, visibility }: MachineImage): boolean | null {
  if (owned || (ownerId !== null && ownerId !== SCALEWAY_ORGANIZATION)) return false;
  return ownerId === null || visibility !== "public" ? null : true;
}

function keywordsOf({ tags }: ScalewayFields, facts: Offer["facts"]): string[] {
  const { label, categories } = offered.parse(facts);
  return [...new Set([label, ...categories, ...tags].map(plainText).filter((word) => word !== null))];
}

const ELSEWHERE = new Set(["id", "name"]);

/**
 * Apache Libcloud's names (`_to_image`) first, `size` among them: that of the root volume in whole GB, where Libcloud puts
 * 50 for an unknown one. Then all else that the API says, and under `marketplace` what that does.
 */
function extraOf(image: ScalewayImage, { root_volume }: ScalewayFields, facts: Offer["facts"]): MachineImage["extra"] {
  const { arch = null, creation_date = null, modification_date = null, organization = null } = image;
  const bytes = lenientNumber.parse(root_volume["size"]);
  return {
    arch,
    size: bytes ? Math.floor(bytes / 1e9) : null,
    creation_date,
    modification_date,
    organization,
    ...knownMembers(image, ELSEWHERE),
    ...(Object.keys(facts).length > 0 && { marketplace: facts }),
  };
}
