import { type Html, html } from "./html.ts";

/** Code, **bold**, _italic_, [text](address) and <address>, whichever comes first. */
const MARKS =
  /`(?<code>[^`]+)`|\*\*(?<bold>.+?)\*\*|(?<![\w/])_(?<italic>[^_]+)_(?!\w)|!?\[(?<text>(?:`[^`]*`|[^\]`])+)\]\((?<address>[^)]+)\)|<(?<bare>https?:[^>]+)>/s;

/** The text of a paragraph, a cell or a list's item. Line ends are spaces. */
export function writeInline(text: string): Html {
  const found = MARKS.exec(text);
  if (!found?.groups) return html`${text.replaceAll("\n", " ")}`;
  const { code, bold, italic, text: linked, address, bare } = found.groups;
  return html`${text.slice(0, found.index).replaceAll("\n", " ")}${writeMark({ code, bold, italic, linked, address, bare })}${writeInline(text.slice(found.index + found[0].length))}`;
}

type Marked = Readonly<Record<"code" | "bold" | "italic" | "linked" | "address" | "bare", string | undefined>>;

function writeMark({ code, bold, italic, linked, address, bare }: Marked): Html {
  if (code !== undefined) return html`<code>${code}</code>`;
  if (bold !== undefined) return html`<strong>${writeInline(bold)}</strong>`;
  if (italic !== undefined) return html`<em>${writeInline(italic)}</em>`;
  const to = address ?? bare ?? "";
  return html`<a href="${served(to)}">${linked === undefined ? to : writeInline(linked)}</a>`;
}

/** Pages link to each other by file name; the server has them under /docs. */
function served(address: string): string {
  return address.replace(/^(?:\.\.\/docs\/|docs\/)?([a-z]+)\.md(#.*)?$/, "/docs/$1$2");
}

/** The id of a heading, made as code hosts make it, so that links work in both places. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
