import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { asItCame } from "../transport/reading/as-it-came.ts";
import { deprecatedSinceEver, isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientRecord, lenientText } from "../transport/reading/lenient.ts";

const item = z
  .object({
    id: z.string().min(1),
    name: asItCame,
    crn: asItCame,
    created_at: asItCame,
    status: asItCame,
    visibility: asItCame,
    deprecation_at: asItCame,
    operating_system: asItCame,
    remote: asItCame,
  })
  .catchall(jsonValue);
type IbmItem = z.infer<typeof item>;

/** What is read of an image; `extra` has it all as it came. */
const facts = z.object({
  name: lenientText,
  crn: lenientText,
  created_at: lenientText,
  status: lenientText,
  visibility: lenientText,
  deprecation_at: lenientText,
  operating_system: lenientRecord.pipe(
    z.object({
      name: lenientText,
      display_name: lenientText,
      family: lenientText,
      vendor: lenientText,
      version: lenientText,
      architecture: lenientText,
    }),
  ),
  remote: lenientRecord.pipe(z.object({ account: lenientRecord.pipe(z.object({ id: lenientText })) })),
});
type IbmImage = z.infer<typeof facts>;

/** States that an image comes into once it is no longer to be used. */
const DEPRECATED = new Set(["deprecated", "obsolete"]);

/**
 * Reads an image of the VPC API of 2025-06-30 or later. Apache Libcloud has no driver for it: `extra` is all that the
 * API says, under its own names.
 */
export const ibmImage: z.ZodType<MachineImage> = item.transform((given) => {
  const image = facts.parse(given);
  const system = image.operating_system;
  const createdAt = isoTime(image.created_at);
  const isRemote = isOfAnother(given.remote);
  const isPublic = image.visibility === "public";
  return {
    id: given.id,
    name: image.name || null,
    description: null,
    ownerId: image.remote.account.id ?? accountIn(image.crn),
    ownerAlias: null,
    platform: system.family || system.name || null,
    architecture: system.architecture || null,
    visibility: isPublic ? "public" : isRemote ? "shared" : "private",
    owned: !isPublic && !isRemote,
    createdAt,
    deprecatedAt: deprecatedAt(image, createdAt),
    keywords: keywordsOf(image),
    extra: extraOf(given),
  };
});

/** Whether an image is of another account. What is said of that and cannot be read makes no image the account's own. */
function isOfAnother(remote: JsonValue | undefined): boolean {
  if (remote === undefined || remote === null) return false;
  return typeof remote !== "object" || Array.isArray(remote) || "account" in remote;
}

/** The account of a cloud resource name: `crn:v1:bluemix:public:is:us-south:a/ACCOUNT::image:ID`. */
function accountIn(crn: string | null): string | null {
  return /:a\/([^:/]+):/.exec(crn ?? "")?.[1] ?? null;
}

function deprecatedAt({ deprecation_at: at, status }: IbmImage, createdAt: string | null): string | null {
  return isoTime(at) ?? (DEPRECATED.has(status ?? "") ? deprecatedSinceEver(createdAt) : null);
}

function keywordsOf({ operating_system: system }: IbmImage): string[] {
  const words = [system.display_name, system.name, system.vendor, system.version];
  return [...new Set(words.filter((word) => word !== null && word !== ""))].map(String);
}

const ELSEWHERE = new Set(["id", "name"]);

function extraOf(image: IbmItem): MachineImage["extra"] {
  const facts: { [name: string]: JsonValue | undefined } = image;
  const named = Object.entries(facts).filter(([name]) => !ELSEWHERE.has(name));
  return Object.fromEntries(named.map(([name, value]) => [name, value ?? null]));
}
