import { type Html, html } from "./html.ts";
import { type Heading, writeMarkdown } from "./write-markdown.ts";

/** A page's text, and links to its sections. */
export function writeGuide(markdown: string): { readonly main: Html; readonly contents: Html } {
  const { content, headings } = writeMarkdown(markdown);
  const sections = headings.filter(({ level }) => level === 2);
  const contents = html`<h2>On this page</h2>
    <ul>
      ${sections.map(({ id, text }: Heading) => html`<li><a href="#${id}">${text}</a></li> `)}
    </ul>`;
  return { main: html`<article class="guide">${content}</article>`, contents };
}
