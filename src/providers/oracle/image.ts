import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { isoTime } from "../transport/image-times.ts";
import { snakeCase } from "../transport/snake-case.ts";

const item = z
  .object({
    id: z.string().min(1),
    displayName: z.string().nullish(),
    compartmentId: z.string().nullish(),
    operatingSystem: z.string().nullish(),
    operatingSystemVersion: z.string().nullish(),
    timeCreated: z.string().nullish(),
    listingType: z.string().nullish(),
    freeformTags: z.record(z.string(), z.json()).nullish(),
    definedTags: z.record(z.string(), z.record(z.string(), z.json())).nullish(),
  })
  .catchall(z.json());
type OciImage = z.infer<typeof item>;

/**
 * Reads an image of the Core Services API of 20160918. Oracle's own (platform images) belong to no compartment. Apache
 * Libcloud has no driver for this cloud: `extra` is all that the API says, written as Libcloud writes others'.
 */
export const oracleImage: z.ZodType<MachineImage> = item.transform((image) => {
  const isPlatform = !image.compartmentId;
  return {
    id: image.id,
    name: image.displayName || null,
    description: null,
    ownerId: image.compartmentId || null,
    ownerAlias: null,
    platform: image.operatingSystem || null,
    // The API does not say it; names of images only may.
    architecture: null,
    visibility: isPlatform ? "public" : image.listingType === "COMMUNITY" ? "community" : "private",
    owned: !isPlatform,
    createdAt: isoTime(image.timeCreated),
    deprecatedAt: null,
    keywords: keywordsOf(image),
    extra: extraOf(image),
  };
});

function keywordsOf({ operatingSystemVersion, freeformTags, definedTags }: OciImage): string[] {
  const tags = [freeformTags, ...Object.values(definedTags ?? {})].flatMap((group) => Object.values(group ?? {}));
  const words = [operatingSystemVersion, ...tags].filter((word) => typeof word === "string" && word !== "");
  return [...new Set(words)].map(String);
}

const ELSEWHERE = new Set(["id", "displayName"]);

function extraOf(image: OciImage): MachineImage["extra"] {
  const facts: { [name: string]: JsonValue | undefined } = image;
  const named = Object.entries(facts).filter(([name]) => !ELSEWHERE.has(name));
  return Object.fromEntries(named.map(([name, value]) => [snakeCase(name), value ?? null]));
}
