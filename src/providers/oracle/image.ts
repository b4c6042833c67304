import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { asItCame } from "../transport/reading/as-it-came.ts";
import { isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { snakeCase } from "../transport/reading/snake-case.ts";

const item = z
  .object({
    id: z.string().min(1),
    displayName: asItCame,
    compartmentId: asItCame,
    operatingSystem: asItCame,
    operatingSystemVersion: asItCame,
    timeCreated: asItCame,
    listingType: asItCame,
    freeformTags: asItCame,
    definedTags: asItCame,
  })
  .catchall(jsonValue);
type OciItem = z.infer<typeof item>;

/** What is read of an image; `extra` has it all as it came. */
const facts = z.object({
  displayName: lenientText,
  compartmentId: lenientText,
  operatingSystem: lenientText,
  operatingSystemVersion: lenientText,
  timeCreated: lenientText,
  listingType: lenientText,
  freeformTags: lenientRecord,
  definedTags: lenientRecord,
});
type OciImage = z.infer<typeof facts>;

/**
 * Reads an image of the Core Services API of 20160918. Oracle's own (platform images) belong to no compartment, and say so:
 * one whose compartment is missing or cannot be read may be anybody's, and counts as the account's. Apache
 * Libcloud has no driver for this cloud: `extra` is all that the API says, written as Libcloud writes others'.
 */
export const oracleImage: z.ZodType<MachineImage> = item.transform((given) => {
  const image = facts.parse(given);
  const isPlatform = given.compartmentId === null || given.compartmentId === "";
  return {
    id: given.id,
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
    extra: extraOf(given),
  };
});

function keywordsOf({ operatingSystemVersion, freeformTags, definedTags }: OciImage): string[] {
  const groups = [freeformTags, ...Object.values(definedTags)];
  const tags = groups.flatMap((group) => (group !== null && typeof group === "object" ? Object.values(group) : []));
  const words = [operatingSystemVersion, ...tags].filter((word) => typeof word === "string" && word !== "");
  return [...new Set(words)].map(String);
}

const ELSEWHERE = new Set(["id", "displayName"]);

function extraOf(image: OciItem): MachineImage["extra"] {
  const facts: { [name: string]: JsonValue | undefined } = image;
  const named = Object.entries(facts).filter(([name]) => !ELSEWHERE.has(name));
  return Object.fromEntries(named.map(([name, value]) => [snakeCase(name), value ?? null]));
}
