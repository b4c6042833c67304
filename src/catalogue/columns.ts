import { hash } from "node:crypto";
import { fold } from "../fold.ts";
import type { MachineImage } from "../image.ts";
import { familyNameOf } from "./family-name.ts";
import { publisherOf, type Trust } from "./publishers.ts";

/**
 * Stands in front of every digest. Raise it when an adapter reads more of an image, or reads something otherwise: the next
 * listing reads and writes every image anew, and what only one of the two readers stored is no change of the image.
 */
export const READER = 2;

/**
 * The format of what is derived from an image (publisher, trust, family, folded name). The fold is of it. Raise it when that changes: sources of
 * an older format are derived anew from their rows.
 */
export const FACTS_FORMAT = 2;

/** An image as its row is written; names are those of the table's columns. */
export interface ImageColumns {
  readonly image_id: string;
  readonly part: string | null;
  readonly name: string;
  readonly folded_name: string;
  readonly description: string | null;
  readonly owner_id: string | null;
  readonly owner_alias: string | null;
  readonly publisher: string | null;
  readonly trust: Trust;
  readonly platform: string | null;
  readonly architecture: string | null;
  readonly root_device_type: string | null;
  readonly visibility: string;
  readonly created_at: string | null;
  readonly deprecated_at: string | null;
  readonly family_name: string;
  readonly keywords: string;
  readonly extra: string;
  readonly digest: string;
}

/**
 * What tells whether an image changed: equal digests, equal rows. The order of lists and of names does not count: clouds give
 * tags and labels in any order.
 */
export function digestOf(image: MachineImage): string {
  const { keywords, extra, ...facts } = image;
  const text = JSON.stringify([facts, keywords.length < 2 ? keywords : keywords.toSorted(), inOrder(extra)]);
  return `${READER}.${hash("sha1", text, "base64url")}`;
}

/** The version of the reader that a digest is of; 0 for those of releases that had none. */
export function readerOf(digest: string): number {
  const at = digest.indexOf(".");
  return at < 0 ? 0 : Number(digest.slice(0, at));
}

/** A value whose lists and names are in one order, whatever order they came in. */
export function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    if (value.length < 2 && typeof value[0] !== "object") return value;
    const texts = value.map((each) => JSON.stringify(inOrder(each)));
    return texts.toSorted();
  }
  const members: unknown[] = [];
  for (const name of Object.keys(value).sort()) members.push(name, inOrder(Reflect.get(value, name)));
  return { members };
}

/** Derives the row of an image of a source's part. `provider` tells whose account numbers the owner ids are. */
export function columnsOf(
  image: MachineImage,
  provider: string,
  digest: string,
  part: string | null = null,
): ImageColumns {
  const publisher = publisherOf(image, provider);
  const name = image.name ?? image.id;
  const rootDevice = image.extra["root_device_type"];
  return {
    image_id: image.id,
    part,
    name,
    folded_name: fold(name),
    description: image.description,
    owner_id: image.ownerId,
    owner_alias: image.ownerAlias,
    publisher: publisher.name,
    trust: publisher.trust,
    platform: image.platform,
    architecture: image.architecture,
    root_device_type: typeof rootDevice === "string" ? rootDevice : null,
    visibility: image.visibility,
    created_at: image.createdAt,
    deprecated_at: image.deprecatedAt,
    family_name: familyOf(image),
    keywords: JSON.stringify(image.keywords),
    extra: JSON.stringify(image.extra),
    digest,
  };
}

/** A nameless image is a family of its own. A name that is one word and a serial leaves it to the description. */
function familyOf({ id, name, description }: MachineImage): string {
  if (name === null) return id;
  const family = familyNameOf(name);
  return LONE_WORD.test(family) && description ? `${family} ${familyNameOf(description)}` : family;
}

const LONE_WORD = /^[a-z]*[-_ ]?\*$/i;
