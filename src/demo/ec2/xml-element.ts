/** Writes one element, on its own line: nothing for undefined, `<name/>` for "". */
export type ElementWriter = (value: string | number | boolean | undefined) => string;

/** The writer of the elements of one name and indentation. Its tags are made once: rendering is mostly this. */
export function elementWriter(name: string, indent: number): ElementWriter {
  const space = " ".repeat(indent);
  const [open, close, empty] = [`${space}<${name}>`, `</${name}>\n`, `${space}<${name}/>\n`];
  return (value) => {
    if (value === undefined) return "";
    if (typeof value !== "string") return `${open}${value}${close}`;
    return value === "" ? empty : open + escapeText(value) + close;
  };
}

/** Writes an element around others, each already on lines of its own; `<name/>` around nothing. */
export function blockWriter(name: string, indent: number): (content: string) => string {
  const space = " ".repeat(indent);
  const [open, close, empty] = [`${space}<${name}>\n`, `${space}</${name}>\n`, `${space}<${name}/>\n`];
  return (content) => (content === "" ? empty : open + content + close);
}

const SPECIAL = /[&<>]/;

export function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
