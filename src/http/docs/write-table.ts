import { type Html, html } from "./html.ts";

/** A table that scrolls by itself where it is wider than the page. */
export function writeTable(caption: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wide" role="group" aria-label="${caption}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
