import { z } from "zod";
import type { JsonValue, MachineImage } from "../../image.ts";
import { deprecatedSinceEver, isoTime } from "../transport/image-times.ts";
import { PUBLIC_PROJECTS } from "./public-projects.ts";

/** Whose images are read: those of a public project, or of the account's own. */
export interface ImageProject {
  readonly id: string;
  readonly isOwn: boolean;
}

const deprecation = z.object({ state: z.string().optional(), deprecated: z.string().optional() }).catchall(z.json());

const item = z
  .object({
    id: z.union([z.string().min(1), z.number().transform(String)]),
    name: z.string().optional(),
    description: z.string().optional(),
    family: z.string().optional(),
    creationTimestamp: z.string().optional(),
    deprecated: deprecation.optional(),
    labels: z.record(z.string(), z.string()).optional(),
    licenses: z.array(z.string()).optional(),
    guestOsFeatures: z.array(z.object({ type: z.string() }).catchall(z.json())).optional(),
    architecture: z.string().optional(),
    shieldedInstanceInitialState: z.record(z.string(), z.json()).optional(),
  })
  .catchall(z.json());
type GceImage = z.infer<typeof item>;

const PLATFORMS: ReadonlyMap<string, string | null> = new Map(
  PUBLIC_PROJECTS.map(({ id, platform }) => [id, platform]),
);

/** Reads an image of Compute Engine's API v1 that `project` holds. */
export function gceImage(project: ImageProject): z.ZodType<MachineImage> {
  return item.transform((image) => {
    const createdAt = isoTime(image.creationTimestamp);
    return {
      id: image.id,
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
      keywords: [...new Set([image.family ?? "", ...Object.values(image.labels ?? {}), ...licenseNames(image)])].filter(
        (word) => word !== "",
      ),
      extra: extraOf(image),
    };
  });
}

/**
 * What its licences say, which an image keeps when it is made of another's disk: the system is that of the public
 * project that issued one. Old public images have none: then it is that of the project itself.
 */
function platformOf(image: GceImage, project: ImageProject): string | null {
  const issuers = (image.licenses ?? []).map((url) => /projects\/([^/]+)\/global\/licenses\//.exec(url)?.[1] ?? "");
  const known = [...issuers, ...(project.isOwn ? [] : [project.id])].map((issuer) => PLATFORMS.get(issuer));
  const isWindows = image.guestOsFeatures?.some(({ type }) => type === "WINDOWS");
  return known.find((platform) => typeof platform === "string") ?? (isWindows ? "windows" : null);
}

function licenseNames({ licenses = [] }: GceImage): string[] {
  return licenses.map((url) => url.slice(url.lastIndexOf("/") + 1));
}

/** In small letters, as all other clouds write it. */
function architectureOf({ architecture }: GceImage): string | null {
  return architecture && architecture !== "ARCHITECTURE_UNSPECIFIED" ? architecture.toLowerCase() : null;
}

/** The state says whether an image is deprecated, the time seldom since when; an ACTIVE one may say for when it is planned. */
function deprecatedAt({ deprecated }: GceImage, createdAt: string | null): string | null {
  const isDeprecated = deprecated?.state !== undefined && deprecated.state !== "ACTIVE";
  return isoTime(deprecated?.deprecated) ?? (isDeprecated ? deprecatedSinceEver(createdAt) : null);
}

/** The order of Apache Libcloud's driver (`_to_node_image`); all else the API says follows under its own name. */
// prettier-ignore
const ORDER = [
  "preferredKernel", "description", "family", "creationTimestamp", "selfLink", "deprecated", "sourceType", "rawDisk",
  "status", "archiveSizeBytes", "diskSizeGb", "guestOsFeatures", "sourceDisk", "sourceDiskId", "licenses", "labels",
  "labelFingerprint",
];
/** Those that Libcloud gives only where the API has them; the others are null then. */
const SOMETIMES = new Set([
  "preferredKernel",
  "deprecated",
  "guestOsFeatures",
  "sourceDisk",
  "sourceDiskId",
  "licenses",
]);
/** `kind` is the same of all images. */
const ELSEWHERE = new Set(["id", "name", "kind"]);

function extraOf(image: GceImage): MachineImage["extra"] {
  const { shieldedInstanceInitialState: shielded, ...rest } = image;
  const facts: { [name: string]: JsonValue | undefined } = {
    ...rest,
    ...(shielded && { shieldedInstanceInitialState: withoutContents(shielded) }),
  };
  const extra: { [name: string]: JsonValue } = {};
  for (const name of [...ORDER, ...Object.keys(facts)]) {
    const value = facts[name] ?? null;
    if (!ELSEWHERE.has(name) && (value !== null || !SOMETIMES.has(name))) extra[name] = value;
  }
  return extra;
}

/** The certificates, of which the revocation lists alone are ten times as long as the rest of an image, by their type. */
function withoutContents(state: { readonly [name: string]: JsonValue }): JsonValue {
  const certificate = z.object({ fileType: z.json().optional() }).transform(({ fileType = null }) => ({ fileType }));
  const certificates = z.union([z.array(certificate), certificate]).catch([]);
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, certificates.parse(value)]));
}
