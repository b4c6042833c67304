import { readXml, type XmlElement } from "./read-xml.ts";

/** A page whose images are told apart and not read. */
export interface SplitPage {
  readonly bytes: Buffer;
  /** The same, a character for each byte. */
  readonly text: string;
  /** Where each `<item>` of `imagesSet` begins, and where it ends. */
  readonly ranges: readonly number[];
  /** The page's root, with an `imagesSet` that is empty. */
  readonly root: XmlElement;
}

const SET = "<imagesSet>";
const SET_END = "</imagesSet>";
const LESS = 0x3c;
const SLASH = 0x2f;

/**
 * Splits a page as EC2 writes it, without CDATA, comments and the like. Undefined for every other body. That each of the parts
 * is well-formed is for their reader to find out: if one is not, nothing of this is so.
 */
export function splitPage(bytes: Buffer): SplitPage | undefined {
  const text = bytes.toString("latin1");
  if (text.includes("<!") || text.includes("\r") || text.indexOf("<?", 4) !== -1) return undefined;
  const setAt = text.indexOf(SET);
  if (setAt === -1) return undefined;
  const from = setAt + SET.length;
  const ranges = itemsFrom(text, from);
  const to = ranges.at(-1) ?? from;
  if (!areSideBySide(text, from, ranges) || !text.startsWith(SET_END, skipSpace(text, to))) return undefined;
  const root = tryToRead(bytes.toString("utf8", 0, from) + bytes.toString("utf8", to));
  const isPage = root?.elements.filter(({ name }) => name === "imagesSet").length === 1;
  return root && isPage ? { bytes, text, ranges, root } : undefined;
}

/** Items of lists within an image are not its end: `<item>` is closed as often as it is opened. */
function itemsFrom(text: string, from: number): number[] {
  const ranges: number[] = [];
  let depth = 0;
  for (let at = text.indexOf("item>", from); at !== -1; at = text.indexOf("item>", at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === LESS && depth++ === 0) ranges.push(at - 1);
    else if (before === SLASH && text.charCodeAt(at - 2) === LESS && --depth === 0) ranges.push(at + "item>".length);
  }
  return ranges;
}

/** Whether there is nothing but white space between the items. */
function areSideBySide(text: string, from: number, ranges: readonly number[]): boolean {
  if (ranges.length % 2 === 1) return false;
  let end = from;
  for (let n = 0; n < ranges.length; n += 2) {
    if (skipSpace(text, end) !== ranges[n]) return false;
    end = ranges[n + 1] ?? end;
  }
  return true;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function tryToRead(xml: string): XmlElement | undefined {
  try {
    return readXml(xml);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
