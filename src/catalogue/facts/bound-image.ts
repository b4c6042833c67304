import type { MachineImage } from "../../image.ts";

/** Larger images are stored without the fields that make them large. */
export const MOST_IMAGE_BYTES = 1024 * 1024;
/** Lists and objects in one another. What is nested deeper is read, compared and answered by nobody. */
const MOST_DEPTH = 32;
/** The longest name, and the longest of every other short text, in characters. */
export const MOST_NAME = 1024;
/** The longest id, in characters: the longest of the 22 clouds (Azure, GCE, OCI) stay below 400. */
export const MOST_ID = 1024;
/** The longest text of an image that is searched, description and keywords together, in characters: each costs index. */
export const MOST_TEXT = 32 * 1024;

/** A quick look takes a character for a byte; UTF-8 has up to three for one. */
const BYTES_OF_CHARACTER = 3;

/** Whether an image is too large to be kept whole. */
export function isOversized(image: MachineImage): boolean {
  if (sizeOf(image, (text) => text.length) <= MOST_IMAGE_BYTES / BYTES_OF_CHARACTER) return false;
  return sizeOf(image, Buffer.byteLength) > MOST_IMAGE_BYTES;
}

/** An oversized image, reduced to its identity: without `extra` and long texts. */
export function reduceImage(image: MachineImage): MachineImage {
  return boundTexts({ ...image, description: null, keywords: [], extra: {} }) ?? { ...image, keywords: [], extra: {} };
}

/** The image with texts of a bounded length; undefined where all are within bounds. What is cut off is not searched. */
export function boundTexts(image: MachineImage): MachineImage | undefined {
  const { name, description, ownerId, ownerAlias, platform, architecture, keywords } = image;
  const isShort = [name, ownerId, ownerAlias, platform, architecture].every((text) => (text?.length ?? 0) <= MOST_NAME);
  const length = keywords.reduce((sum, keyword) => sum + keyword.length, description?.length ?? 0);
  if (isShort && length <= MOST_TEXT) return undefined;
  const kept = cut(description, MOST_TEXT);
  return {
    ...image,
    name: cut(name, MOST_NAME),
    description: kept,
    ownerId: cut(ownerId, MOST_NAME),
    ownerAlias: cut(ownerAlias, MOST_NAME),
    platform: cut(platform, MOST_NAME),
    architecture: cut(architecture, MOST_NAME),
    keywords: cutAll(keywords, MOST_TEXT - (kept?.length ?? 0)),
  };
}

function cut<T extends string | null>(text: T, most: number): T | string {
  if (text === null || text.length <= most) return text;
  // Half a character is none.
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

function cutAll(texts: readonly string[], most: number): string[] {
  const kept = [];
  let left = most;
  for (const text of texts) {
    if (left <= 0) break;
    kept.push(cut(text, left));
    left -= text.length;
  }
  return kept;
}

/** Of all texts and names in a value, and a little for each part of it; endless for what is nested too deeply. */
function sizeOf(value: unknown, measure: (text: string) => number, depth = 0): number {
  if (typeof value === "string") return measure(value);
  if (typeof value !== "object" || value === null) return 1;
  if (depth > MOST_DEPTH) return Infinity;
  let size = 2;
  if (Array.isArray(value)) for (const item of value) size += 1 + sizeOf(item, measure, depth + 1);
  else for (const [name, item] of Object.entries(value)) size += measure(name) + 2 + sizeOf(item, measure, depth + 1);
  return size;
}
