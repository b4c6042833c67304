import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { deprecatedSinceEver, isoTime } from "../transport/reading/image-times.ts";
import { jsonValue } from "../transport/reading/json-values.ts";
import { lenientList, lenientRecord, lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";
import { PUBLIC_PROJECTS } from "./public-projects.ts";

/** Whose images are read: those of a public project, or of the account's own. */
export interface ImageProject {
  readonly id: string;
  readonly isOwn: boolean;
}

const item = z.object({ id: z.union([z.string().min(1), z.number().transform(String)]) }).catchall(jsonValue);
type GceItem = z.infer<typeof item>;

/** What is read of an image; `extra` has it all as it came. */
const facts = z.object({
  name: lenientText,
  description: lenientText,
  family: lenientText,
  creationTimestamp: lenientText,
  deprecated: lenientRecord.pipe(z.object({ state: lenientText, deprecated: lenientText })),
  labels: lenientRecord,
  licenses: lenientList(z.string()),
  guestOsFeatures: lenientList(z.object({ type: z.string() })),
  architecture: lenientText,
});
type GceFacts = z.infer<typeof facts>;

const PLATFORMS: ReadonlyMap<string, string | null> = new Map(
  PUBLIC_PROJECTS.map(({ id, platform }) => [id, platform]),
);

/** Reads an image of Compute Engine's API v1 that `project` holds. */
export function gceImage(project: ImageProject): z.ZodType<MachineImage> {
  return item.transform((given): MachineImage => {
    const image = facts.parse(given);
    const createdAt = isoTime(image.creationTimestamp);
    return {
      id: given.id,
      name: image.name || null,
      description: image.description || null,
      ownerId: project.id,
      ownerAlias: null,
      platform: platformOf(image, project),
      architecture: architectureOf(image),
      visibility: project.isOwn ? "private" : "public",
      owned: project.isOwn,
      createdAt,
      deprecatedAt: deprecatedAt(image, createdAt),
      keywords: keywordsOf(image),
      extra: extraOf(given),
    };
  });
}

/**
 * What its licences say, which an image keeps when it is made of another's disk: the system is that of the public
 * project that issued one. Old public images have none: then it is that of the project itself.
 */
function platformOf(image: GceFacts, project: ImageProject): string | null {
  const issuers = image.licenses.map((url) => /projects\/([^/]+)\/global\/licenses\//.exec(url)?.[1] ?? "");
  const known = [...issuers, ...(project.isOwn ? [] : [project.id])].map((issuer) => PLATFORMS.get(issuer));
  const isWindows = image.guestOsFeatures.some(({ type }) => type === "WINDOWS");
  return known.find((platform) => typeof platform === "string") ?? (isWindows ? "windows" : null);
}

function keywordsOf(image: GceFacts): string[] {
  const labels = Object.values(image.labels).map((label) => plainText(label) ?? "");
  return [...new Set([image.family ?? "", ...labels, ...licenseNames(image)])].filter((word) => word !== "");
}

function licenseNames({ licenses }: GceFacts): string[] {
  return licenses.map((url) => url.slice(url.lastIndexOf("/") + 1));
}

/** In small letters, as all other clouds write it. */
function architectureOf({ architecture }: GceFacts): string | null {
  return architecture && architecture !== "ARCHITECTURE_UNSPECIFIED" ? architecture.toLowerCase() : null;
}

/** The state says whether an image is deprecated, the time seldom since when; an ACTIVE one may say for when it is planned. */
function deprecatedAt({ deprecated }: GceFacts, createdAt: string | null): string | null {
  const isDeprecated = deprecated.state !== null && deprecated.state !== "ACTIVE";
  return isoTime(deprecated.deprecated) ?? (isDeprecated ? deprecatedSinceEver(createdAt) : null);
}

/** The order of Apache Libcloud's driver (`_to_node_image`); all else the API says follows under its own name. */
// prettier-ignore
const ORDER = [
  "preferredKernel", "description", "family", "creationTimestamp", "selfLink", "deprecated", "sourceType", "rawDisk",
  "status", "archiveSizeBytes", "diskSizeGb", "guestOsFeatures", "sourceDisk", "sourceDiskId", "licenses", "labels",
  "labelFingerprint", "architecture",
];
/** Those that Libcloud gives only where the API has them; the others are null then. */
const SOMETIMES = new Set([
  "preferredKernel",
  "deprecated",
  "guestOsFeatures",
  "sourceDisk",
  "sourceDiskId",
  "licenses",
  "architecture",
]);
/** `kind` is the same of all images. */
const ELSEWHERE = new Set(["id", "name", "kind"]);

function extraOf(image: GceItem): MachineImage["extra"] {
  const { shieldedInstanceInitialState: shielded, ...rest } = image;
  const said: { [name: string]: JsonValue | undefined } = {
    ...rest,
    ...(shielded !== undefined && { shieldedInstanceInitialState: withoutContents(shielded) }),
  };
  const extra: { [name: string]: JsonValue } = {};
  for (const name of [...ORDER, ...Object.keys(said)]) {
    const value = said[name] ?? null;
    if (!ELSEWHERE.has(name) && (value !== null || !SOMETIMES.has(name))) extra[name] = value;
  }
  return extra;
}

/** The certificates, of which the revocation lists alone are ten times as long as the rest of an image, by their type. */
function withoutContents(state: JsonValue): JsonValue {
  if (typeof state !== "object" || state === null || Array.isArray(state)) return null;
  const certificate = z.object({ fileType: jsonValue.optional() }).transform(({ fileType = null }) => ({ fileType }));
  const certificates = z.union([z.array(certificate), certificate]).catch([]);
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, certificates.parse(value)]));
}
