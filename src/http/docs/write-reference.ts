import { type Html, html, prose } from "./html.ts";
import { readDocument, type ShownDocument } from "./read-document.ts";
import { writeOperation } from "./write-operation.ts";
import { memberTable } from "./write-schema.ts";

/** The HTTP reference: every operation and schema of an OpenAPI document, and links to them. */
export function writeReference(document: object): { readonly main: Html; readonly contents: Html } {
  const shown = readDocument(document);
  const { info, tags, components } = shown;
  const contents = html`${tags.map(({ name }) => navigation(name, shown))}
    <h2><a href="#schemas">Schemas</a></h2>`;
  const main = html`${prose(info.description)}
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
    </section>`;
  return { main, contents };
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
