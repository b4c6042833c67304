import { hash } from "node:crypto";
import { fold } from "../../fold.ts";
import type { MachineImage } from "../../image.ts";
import { type DescribedImage, factsOf } from "../../providers/image-facts.ts";
import { familyNameOf } from "./family-name.ts";
import { furtherTexts } from "./further-texts.ts";
import { lineOf } from "./line.ts";
import { publisherOf, type Trust } from "./publishers.ts";

/**
 * Stands in front of every digest. Raise it when an adapter reads more of an image, or reads something otherwise: the next
 * listing reads and writes every image anew, and what only one of the two readers stored is no change of the image.
 */
export const READER = 2;

/**
 * The format of derived columns (publisher, trust, family, facts, folded name; the fold counts). Raise it when one changes: sources of
 * an older format are derived again from their rows.
 */
export const FACTS_FORMAT = 5;

/** What is derived from an image for its row; names are those of the table's columns. */
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
  readonly os: string | null;
  readonly os_version: string | null;
  readonly os_codename: string | null;
  readonly state: string;
  readonly hidden: 0 | 1;
  readonly virtualization_type: string | null;
  readonly line: string | null;
  readonly family_name: string;
  readonly keywords: string;
  readonly digest: string;
}

/** 96 bits. Digests only compare an image with itself, so a forged collision hides nothing but the forger's own change. */
const DIGEST_LENGTH = 16;

/**
 * What tells whether an image changed: equal digests, equal rows. The order of lists and of names does not count: clouds give
 * tags and labels in any order.
 */
export function digestOf(image: MachineImage): string {
  const { keywords, extra, ...facts } = image;
  const text = JSON.stringify([facts, keywords.length < 2 ? keywords : keywords.toSorted(), inOrder(extra)]);
  return `${READER}.${hash("sha1", text, "base64url").slice(0, DIGEST_LENGTH)}`;
}

/** The version of the reader that a digest is of; 0 for those of releases that had none. */
export function readerOf(digest: string): number {
  const at = digest.indexOf(".");
  return at < 0 ? 0 : Number(digest.slice(0, at));
}

/** The value with its lists and names sorted. */
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
  const nameTrust = nameTrustOf(image, provider);
  const facts = factsOf(image, provider, nameTrust);
  const family = familyOf(image, facts, nameTrust !== "stranger");
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
    architecture: facts.architecture,
    root_device_type: wordIn(image, "root_device_type"),
    visibility: image.visibility,
    created_at: image.createdAt,
    deprecated_at: image.deprecatedAt,
    os: facts.os,
    os_version: facts.osVersion,
    os_codename: facts.osCodename,
    state: facts.state,
    hidden: facts.hidden ? 1 : 0,
    virtualization_type: wordIn(image, "virtualization_type"),
    line: nameTrust === "maker" ? lineOf({ ...facts, family, publisher: publisher.name ?? provider }) : null,
    family_name: family,
    keywords: JSON.stringify(keywordsOf({ ...image, keywords: furtherTexts(image, provider) }, facts)),
    digest,
  };
}

/** How much an image's name says. Whose the account is that lists it does not matter: it may be a publisher's own. */
function nameTrustOf(image: MachineImage, provider: string): "maker" | "seller" | "stranger" {
  const { name, trust } = publisherOf({ ...image, owned: false }, provider);
  if (trust === "official") return "maker";
  // What no publisher is named of is the operator's own.
  return trust === "community" ? "stranger" : name === null ? "maker" : "seller";
}

function wordIn({ extra }: MachineImage, name: string): string | null {
  const word = extra[name];
  return typeof word === "string" ? word : null;
}

/** The cloud's own word for the machine is searched beside ours. */
function keywordsOf({ architecture, keywords }: MachineImage, facts: DescribedImage): readonly string[] {
  const isOurs = architecture === null || architecture === facts.architecture || keywords.includes(architecture);
  return isOurs ? keywords : [...keywords, architecture];
}

/**
 * The cloud's own word first. Without a name an own image, such as a snapshot, is of no family, any other a family of its own. A
 * name that is one word and a serial leaves it to the description.
 */
function familyOf(
  { id, name, description, owned }: MachineImage,
  { family: said }: DescribedImage,
  isKnown: boolean,
): string {
  if (said !== null) return said;
  if (name === null) return owned ? "" : id;
  const family = familyNameOf(name, isKnown);
  return LONE_WORD.test(family) && description ? `${family} ${familyNameOf(description, isKnown)}` : family;
}

const LONE_WORD = /^[a-z]*[-_ ]?\*$/i;
