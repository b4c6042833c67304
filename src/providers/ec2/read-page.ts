import { hash } from "node:crypto";
import type { KnownItems } from "../provider.ts";
import type { Ec2Image } from "./ec2-image.ts";
import { IMAGE } from "./image-levels.ts";
import { readElement, textOf } from "./read-element.ts";
import { readXml, type XmlElement } from "./read-xml.ts";
import { scanItem } from "./scan-item.ts";
import { type SplitPage, splitPage } from "./split-page.ts";
import { toImage } from "./to-image.ts";

/** A page of DescribeImages, whose images are not read yet. */
export interface Ec2Body {
  readonly bytes: Uint8Array;
  /** The token of the next page; undefined on the last; null where a page names a next one, but not with a text. */
  readonly nextToken: string | undefined | null;
  /** Reads the images, but for those whose items are known. Throws SyntaxError for what is no XML. */
  readItems(known?: KnownItems): Ec2Items;
}

export interface Ec2Items {
  readonly items: readonly Ec2Image[];
  /** What the XML of an image is told by, by its id; of images that are written otherwise than EC2 does, nothing. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** The fingerprints of the items that are known. */
  readonly unread: readonly string[];
}

/** Reads a page but for its images. Undefined for XML that is no page of images; throws SyntaxError for what is no XML. */
export function openPage(bytes: Buffer): Ec2Body | undefined {
  const split = splitPage(bytes);
  if (!split) return readWhole(bytes);
  return { bytes, nextToken: tokenIn(split.root), readItems: (known) => readSplit(split, known) ?? readAll(bytes) };
}

/**
 * Reads a page however it is written, field by field: one that is not as documented (an element in a text, two values) is left
 * out and costs neither its image nor its page.
 */
function readWhole(bytes: Buffer): Ec2Body | undefined {
  const root = readXml(bytes.toString("utf8"));
  const isPage = root.elements.some(({ name }) => name === "imagesSet" || name === "nextToken");
  return isPage ? { bytes, nextToken: tokenIn(root), readItems: () => imagesIn(root) } : undefined;
}

function readAll(bytes: Buffer): Ec2Items {
  return imagesIn(readXml(bytes.toString("utf8")));
}

function imagesIn({ elements }: XmlElement): Ec2Items {
  const sets = elements.filter(({ name }) => name === "imagesSet");
  return { items: sets.flatMap(imagesOfSet), fingerprints: new Map(), unread: [] };
}

/** What is in a set of images and is no image may have been one: it is an image without an id. */
function imagesOfSet({ elements, text }: XmlElement): Ec2Image[] {
  const images = elements.map((item) => (item.name === "item" ? toImage(readElement([item], IMAGE)) : {}));
  return text.trim() === "" ? images : [...images, {}];
}

function tokenIn({ elements }: XmlElement): string | undefined | null {
  const tokens = elements.filter(({ name }) => name === "nextToken");
  const token = textOf(tokens);
  const isOdd = token === undefined && !tokens.every(({ isNil }) => isNil);
  return isOdd ? null : token || undefined;
}

/** Undefined where an item is not well-formed by itself: then the page is not made of these items. */
function readSplit({ bytes, text, ranges }: SplitPage, known: KnownItems | undefined): Ec2Items | undefined {
  const items: Ec2Image[] = [];
  const fingerprints = new Map<string, string>();
  const unread: string[] = [];
  for (let n = 0; n < ranges.length; n += 2) {
    const [from = 0, to = 0] = [ranges[n], ranges[n + 1]];
    const fingerprint = known && fingerprintOf(bytes.subarray(from, to));
    if (fingerprint !== undefined && known?.has(fingerprint)) {
      unread.push(fingerprint);
      continue;
    }
    const fields = scanItem(bytes, text, from, to, IMAGE);
    const image = fields ? toImage(fields) : tryToReadItem(bytes.toString("utf8", from, to));
    if (!image) return undefined;
    items.push(image);
    if (fields && fingerprint !== undefined && image.ImageId) fingerprints.set(image.ImageId, fingerprint);
  }
  return { items, fingerprints, unread };
}

/** 96 bits: whoever wants an item to pass for one of 200,000 others tries 2^78 of them. */
function fingerprintOf(item: Uint8Array): string {
  return hash("sha256", item, "base64url").slice(0, 16);
}

function tryToReadItem(xml: string): Ec2Image | undefined {
  try {
    return toImage(readElement([readXml(xml)], IMAGE));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
