import { decodeReferences } from "./decode-references.ts";

/** An element, without its attributes: the EC2 Query API has none. */
export interface XmlElement {
  readonly name: string;
  /** The text in it, CDATA too, without that of its elements. */
  readonly text: string;
  readonly elements: readonly XmlElement[];
  /** Whether it says `xsi:nil="true"`: that there is no value. */
  readonly isNil: boolean;
}

interface OpenElement extends XmlElement {
  text: string;
  readonly elements: OpenElement[];
}

/** What is nested deeper is checked, but not kept. A page of images has seven levels. */
const MOST_DEPTH = 16;

const NAME = String.raw`[^\s<>/="'&]+`;
const ATTRIBUTES = String.raw`(?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*`;
const TAG = new RegExp(String.raw`<(/?)(${NAME})(${ATTRIBUTES})\s*(/?)>`, "y");
const NIL = /\bnil\s*=\s*["'](?:true|1)["']/;

/**
 * Reads a document, however deeply it is nested, and answers its root. Throws SyntaxError where it is not well-formed, and for
 * a DOCTYPE, which may define anything.
 */
export function readXml(source: string): XmlElement {
  const text = source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source;
  const document: OpenElement = { name: "", text: "", elements: [], isNil: false };
  const open: OpenElement[] = [document];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  for (let parent = document; at < text.length; parent = open.at(-1) ?? document) {
    const tagAt = text.indexOf("<", at);
    const end = tagAt === -1 ? text.length : tagAt;
    if (end > at) parent.text += decodeReferences(text.slice(at, end));
    if (tagAt === -1) break;
    at = readMarkup(text, tagAt, open);
  }
  const [root] = document.elements;
  if (open.length > 1 || !root) throw new SyntaxError("the document ends within an element");
  if (document.elements.length > 1 || document.text.trim() !== "") throw new SyntaxError("there is more than one root");
  return root;
}

/** Reads the tag, comment, CDATA section or instruction at `at`, and answers where it ends. */
function readMarkup(text: string, at: number, open: OpenElement[]): number {
  if (text.startsWith("<!--", at)) return endOf("-->", text, at + 4);
  if (text.startsWith("<?", at)) return endOf("?>", text, at + 2);
  const parent = open.at(-1);
  if (parent && open.length > 1 && text.startsWith("<![CDATA[", at)) {
    const end = endOf("]]>", text, at);
    parent.text += text.slice(at + "<![CDATA[".length, end - "]]>".length);
    return end;
  }
  TAG.lastIndex = at;
  const tag = TAG.exec(text);
  if (!tag || !parent) throw new SyntaxError(`expected a tag at character ${at}`);
  const [whole, closes, name = "", attributes = "", isEmpty] = tag;
  if (closes) close(open, name, attributes + isEmpty);
  else {
    const element = { name, text: "", elements: [], isNil: attributes !== "" && NIL.test(attributes) };
    if (open.length <= MOST_DEPTH) parent.elements.push(element);
    if (!isEmpty) open.push(element);
  }
  return at + whole.length;
}

function close(open: OpenElement[], name: string, rest: string): void {
  const element = open.pop();
  if (open.length === 0 || element?.name !== name || rest !== "") throw new SyntaxError(`unexpected </${name}${rest}>`);
}

function endOf(mark: string, text: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at === -1) throw new SyntaxError(`expected "${mark}" after character ${from}`);
  return at + mark.length;
}
