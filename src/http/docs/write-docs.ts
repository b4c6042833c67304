import { type Html, html, prose } from "./html.ts";
import { readDocument, type ShownDocument } from "./read-document.ts";
import { writeOperation } from "./write-operation.ts";
import { memberTable } from "./write-schema.ts";

/** Where the page finds its style and the document. */
export interface DocsLinks {
  readonly style: string;
  readonly document: string;
}

/** An OpenAPI document as a page to read: no scripts, nothing from elsewhere. */
export function writeDocs(document: object, links: DocsLinks): string {
  const shown = readDocument(document);
  const { info, tags, components } = shown;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title} ${info.version}: the HTTP interface</title>
        <link rel="stylesheet" href="${links.style}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>${info.title} <span class="fact">${info.version}</span></h1>
          <p>${info.summary}. <a href="${links.document}">OpenAPI document</a></p>
        </header>
        <nav aria-label="Operations">
          ${tags.map(({ name }) => navigation(name, shown))}
          <h2><a href="#schemas">Schemas</a></h2>
        </nav>
        <main id="content">
          ${prose(info.description)}
          ${tags.map(
            ({ name, description }) =>
              html`<section aria-labelledby="tag-${name}">
                <h2 id="tag-${name}">${name}</h2>
                <p>${description}</p>
                ${operationsOf(name, shown).map(({ path, method, operation }) => writeOperation(path, method, operation))}
              </section> `,
          )}
          <section aria-labelledby="schemas">
            <h2 id="schemas">Schemas</h2>
            ${Object.entries(components.schemas).map(
              ([name, schema]) =>
                html`<section class="operation" id="schema-${name}">
                  <h3>${name}</h3>
                  ${prose(schema.description)}${memberTable(schema, name)}
                </section> `,
            )}
          </section>
        </main>
      </body>
    </html> `.html;
}

function navigation(tag: string, document: ShownDocument): Html {
  return html`<h2><a href="#tag-${tag}">${tag}</a></h2>
    <ul>
      ${operationsOf(tag, document).map(
        ({ path, method, operation }) =>
          html`<li>
            <a href="#${operation.operationId}"
              ><span class="method ${method}">${method.toUpperCase()}</span> ${path}</a
            >
          </li>`,
      )}
    </ul>`;
}

interface PlacedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: ShownDocument["paths"][string][string];
}

function operationsOf(tag: string, { paths }: ShownDocument): PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => operation.tags[0] === tag)
      .map(([method, operation]) => ({ path, method, operation })),
  );
}
