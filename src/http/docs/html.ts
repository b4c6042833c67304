/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type HtmlPiece = string | number | Html | readonly Html[] | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** HTML with values put in: texts are escaped, HTML stands as it is, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlPiece[]): Html {
  return { html: strings.map((text, at) => text + written(values[at])).join("") };
}

/** Pieces with something between them. */
export function joined(pieces: readonly Html[], between: string): Html {
  return { html: pieces.map((piece) => piece.html).join(between) };
}

/** Paragraphs of a description: divided by empty lines, with `code` in back quotes. */
export function prose(text: string | undefined): Html[] {
  return (text ?? "")
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => html`<p>${line(paragraph)}</p>`);
}

/** One line of a description, with `code` in back quotes. */
export function line(text: string | undefined): Html {
  const pieces = (text ?? "").split("`");
  return joined(
    pieces.map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`)),
    "",
  );
}

function written(value: HtmlPiece): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
  if (typeof value === "number") return String(value);
  return "html" in value ? value.html : value.map((piece) => piece.html).join("");
}
