import { type Html, html, line, prose } from "./html.ts";
import type { ApiResponse, Content, Parameter, ShownOperation } from "./read-document.ts";
import { writeTable } from "./write-table.ts";
import { memberTable, writeAbout, writeType } from "./write-schema.ts";

/** An operation as a section of the page. */
export function writeOperation(path: string, method: string, operation: ShownOperation): Html {
  const { operationId, summary, description, security, parameters, requestBody, responses } = operation;
  return html`<section class="operation" id="${operationId}">
    <h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p class="summary">${summary}. <span class="fact">${whoMay(security)}</span></p>
    ${prose(description)} ${parameters ? parameterTable(parameters, `Parameters of ${operationId}`) : undefined}
    ${
      requestBody
        ? html`<h4>Body</h4>
            <p>${line(requestBody.description)} ${requestBody.required ? "Required." : "Optional."}</p>
            ${writeContent(requestBody.content, `Body of ${operationId}`)}`
        : undefined
    }
    <h4>Answers</h4>
    <dl class="answers">
      ${Object.entries(responses).map(([status, response]) => writeResponse(status, response, operationId))}
    </dl>
  </section> `;
}

function whoMay(security: ShownOperation["security"]): string {
  const roles = security.flatMap(({ bearer = [] }) => bearer);
  return roles.length === 0
    ? "Open to everybody."
    : `Needs a token of scope ${roles.join(", ")} if the server has tokens.`;
}

function parameterTable(parameters: readonly Parameter[], caption: string): Html {
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      html`<tr>
        <th scope="row"><code>${name}</code> <span class="fact">${place}${required ? ", required" : ""}</span></th>
        <td>${writeType(schema)}</td>
        <td>${writeAbout(schema, description)}</td>
      </tr> `,
  );
  return html`<h4>Parameters</h4>
    ${writeTable(caption, ["Name", "Type", "About"], rows)}`;
}

function writeResponse(status: string, { description, headers, content }: ApiResponse, operationId: string): Html {
  const shown = Object.entries(headers ?? {}).map(
    ([name, header]) =>
      html`<li>
        <code>${name}</code>
        ${writeType(header.schema)}${header.description ? ": " : ""}${line(header.description)}${header.required ? undefined : html` <span class="fact">not always</span>`}
      </li>`,
  );
  return html`<dt>${status}</dt>
    <dd>
      <p>${line(description)}</p>
      ${
        shown.length === 0
          ? undefined
          : html`<details>
              <summary>Headers</summary>
              <ul>
                ${shown}
              </ul>
            </details>`
      }${content ? writeContent(content, `Answer ${status} of ${operationId}`) : undefined}
    </dd> `;
}

function writeContent(content: Content, caption: string): Html {
  return html`${Object.entries(content).map(([type, { schema, example, examples }]) => {
    const all = example === undefined ? Object.values(examples ?? {}).map(({ value }) => value) : [example];
    return html`<p><code>${type}</code> ${schema ? writeType(schema) : undefined}</p>
      ${schema?.properties ? memberTable(schema, caption) : undefined}${all.map(
        (value) =>
          html`<details>
            <summary>Example<span class="hidden"> of ${caption}, ${type}</span></summary>
            <pre tabindex="0">${typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
          </details>`,
      )}`;
  })}`;
}
