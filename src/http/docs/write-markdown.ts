import { type Html, html } from "./html.ts";
import { slug, writeInline } from "./write-inline.ts";
import { writeTable } from "./write-table.ts";

/** A heading of a page, for its navigation. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/**
 * Converts the Markdown of our own pages to HTML: headings, paragraphs, flat lists, tables, fenced code, and what `writeInline`
 * knows. Comments are left out. Not for foreign texts.
 */
export function writeMarkdown(markdown: string): { readonly content: Html; readonly headings: readonly Heading[] } {
  const headings: Heading[] = [];
  const blocks = blocksOf(markdown.replaceAll(/<!--[^]*?-->\n?/g, ""));
  const content = blocks.map((block) => {
    const [, hashes, text] = /^(#{1,4}) (.*)$/.exec(block) ?? [];
    if (hashes === undefined || text === undefined) return writeBlock(block);
    const heading = { level: hashes.length, id: slug(text), text: text.replaceAll("`", "") };
    headings.push(heading);
    return writeHeading(heading, writeInline(text));
  });
  return { content: html`${content}`, headings };
}

/** The blocks between empty lines; a fence is one block, and so is a heading. */
function blocksOf(markdown: string): string[] {
  const blocks: string[] = [];
  let current: string[] = [];
  let isFenced = false;
  const end = (): void => {
    if (current.length > 0) blocks.push(current.join("\n"));
    current = [];
  };
  for (const line of markdown.split("\n")) {
    const isFence = line.startsWith("```");
    if (!isFenced && (isFence || line.trim() === "" || line.startsWith("#"))) end();
    if (isFenced || line.trim() !== "") current.push(line);
    if (isFence) isFenced = !isFenced;
    if ((isFence && !isFenced) || (!isFenced && line.startsWith("#"))) end();
  }
  end();
  return blocks;
}

function writeHeading({ level, id }: Heading, text: Html): Html {
  if (level === 1) return html`<h2 id="${id}">${text}</h2> `;
  return level === 2 ? html`<h3 id="${id}">${text}</h3> ` : html`<h4 id="${id}">${text}</h4> `;
}

function writeBlock(block: string): Html {
  if (block.startsWith("```")) return html`<pre tabindex="0">${block.split("\n").slice(1, -1).join("\n")}</pre> `;
  if (block.startsWith("|")) return writeRows(block.split("\n").map(cellsOf));
  if (block.startsWith("- "))
    return html`<ul>
      ${itemsOf(block, /^- /)}
    </ul> `;
  if (/^\d+\. /.test(block))
    return html`<ol>
      ${itemsOf(block, /^\d+\. /)}
    </ol> `;
  return html`<p>${writeInline(block)}</p> `;
}

function writeRows([columns = [], , ...rows]: readonly (readonly string[])[]): Html {
  const written = rows.map(
    ([first = "", ...cells]) =>
      html`<tr>
        <th scope="row">${writeInline(first)}</th>
        ${cells.map((cell) => html`<td>${writeInline(cell)}</td>`)}
      </tr> `,
  );
  return writeTable(columns.filter((column) => column !== "").join(", "), columns, written);
}

/** A bar that is escaped belongs to its cell. */
function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function itemsOf(block: string, mark: RegExp): Html[] {
  const items = block.split(new RegExp(`\\n(?=${mark.source.slice(1)})`));
  return items.map((item) => html`<li>${writeInline(item.replace(mark, ""))}</li> `);
}
