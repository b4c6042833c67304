import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { deprecatedSinceEver, isoTime } from "../transport/image-times.ts";

const operatingSystem = z
  .object({
    name: z.string().optional(),
    display_name: z.string().optional(),
    family: z.string().optional(),
    vendor: z.string().optional(),
    version: z.string().optional(),
    architecture: z.string().optional(),
  })
  .catchall(z.json());

const item = z
  .object({
    id: z.string().min(1),
    name: z.string().optional(),
    crn: z.string().optional(),
    created_at: z.string().optional(),
    status: z.string().optional(),
    visibility: z.string().optional(),
    deprecation_at: z.string().optional(),
    operating_system: operatingSystem.optional(),
    remote: z
      .object({ account: z.object({ id: z.string() }).catchall(z.json()).optional() })
      .catchall(z.json())
      .optional(),
  })
  .catchall(z.json());
type IbmImage = z.infer<typeof item>;

/** States that an image comes into once it is no longer to be used. */
const DEPRECATED = new Set(["deprecated", "obsolete"]);

/**
 * Reads an image of the VPC API of 2025-06-30 or later. Apache Libcloud has no driver for it: `extra` is all that the
 * API says, under its own names.
 */
export const ibmImage: z.ZodType<MachineImage> = item.transform((image) => {
  const system = image.operating_system;
  const createdAt = isoTime(image.created_at);
  const isRemote = image.remote?.account !== undefined;
  const isPublic = image.visibility === "public";
  return {
    id: image.id,
    name: image.name || null,
    description: null,
    ownerId: image.remote?.account?.id ?? accountIn(image.crn),
    ownerAlias: null,
    platform: system?.family || system?.name || null,
    architecture: system?.architecture || null,
    visibility: isPublic ? "public" : isRemote ? "shared" : "private",
    owned: !isPublic && !isRemote,
    createdAt,
    deprecatedAt: deprecatedAt(image, createdAt),
    keywords: keywordsOf(image),
    extra: extraOf(image),
  };
});

/** The account of a cloud resource name: `crn:v1:bluemix:public:is:us-south:a/ACCOUNT::image:ID`. */
function accountIn(crn: string | undefined): string | null {
  return /:a\/([^:/]+):/.exec(crn ?? "")?.[1] ?? null;
}

function deprecatedAt({ deprecation_at: at, status = "" }: IbmImage, createdAt: string | null): string | null {
  return isoTime(at) ?? (DEPRECATED.has(status) ? deprecatedSinceEver(createdAt) : null);
}

function keywordsOf({ operating_system: system }: IbmImage): string[] {
  const words = [system?.display_name, system?.name, system?.vendor, system?.version];
  return [...new Set(words.filter((word) => word !== undefined && word !== ""))].map(String);
}

const ELSEWHERE = new Set(["id", "name"]);

function extraOf(image: IbmImage): MachineImage["extra"] {
  const facts: { [name: string]: JsonValue | undefined } = image;
  const named = Object.entries(facts).filter(([name]) => !ELSEWHERE.has(name));
  return Object.fromEntries(named.map(([name, value]) => [name, value ?? null]));
}
