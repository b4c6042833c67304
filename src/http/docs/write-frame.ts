import { version } from "../../version.ts";
import { type Html, html } from "./html.ts";

/** The parts that every documentation page has. */
export interface Frame {
  readonly title: string;
  readonly style: string;
  /** The pages, as the navigation lists them; the current one is marked. */
  readonly pages: readonly { readonly address: string; readonly title: string }[];
  readonly current: string;
  /** The current page's own parts, below the list of pages. */
  readonly contents: Html;
  readonly main: Html;
}

/** A documentation page, without scripts and without anything from other servers. */
export function writeFrame({ title, style, pages, current, contents, main }: Frame): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – imagedex ${version()}</title>
        <link rel="stylesheet" href="${style}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>imagedex <span class="fact">${version()}</span></h1>
          <p><a href="/">Search page</a> · <a href="/openapi.json">OpenAPI document</a></p>
        </header>
        <nav aria-label="Documents">
          <h2>Documents</h2>
          <ul>
            ${pages.map(
              (page) =>
                html`<li>
                  <a href="${page.address}" ${page.address === current ? html` aria-current="page"` : undefined}
                    >${page.title}</a
                  >
                </li> `,
            )}
          </ul>
          ${contents}
        </nav>
        <main id="content">${main}</main>
      </body>
    </html> `.html;
}
