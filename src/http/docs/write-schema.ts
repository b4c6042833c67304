import { type Html, html, joined, line } from "./html.ts";
import { type Schema, schemaName } from "./read-document.ts";
import { writeTable } from "./write-table.ts";

/** A schema in a few words: its type, what it may be, and a link to it. */
export function writeType(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schemaName(schema.$ref);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return joined(schema.enum.map(code), " or ");
  if (schema.anyOf) return joined(schema.anyOf.map(writeType), " or ");
  if (schema.type === "array") return html`array of ${schema.items ? writeType(schema.items) : "anything"}`;
  if (isMap(schema)) return html`object of ${writeType(schema.additionalProperties)}`;
  const types = [schema.type ?? "anything"].flat().join(" or ");
  return html`${schema.format ?? types}${line(limitsOf(schema))}`;
}

/** A schema's members as rows of a table; nested ones have names such as `errors[].detail`. */
function memberRows(schema: Schema, inside = ""): Html[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    row(inside + name, member, required.has(name)),
    ...memberRows(member, `${inside}${name}.`),
    ...(member.items ? memberRows(member.items, `${inside}${name}[].`) : []),
  ]);
}

/** A table of a schema's members, or its type where it has none. */
export function memberTable(schema: Schema, caption: string): Html {
  const rows = memberRows(schema);
  if (rows.length === 0) return html`<p>${writeType(schema)}</p>`;
  return writeTable(caption, ["Member", "Type", "About"], rows);
}

/** What a value is about, with its default and an example. */
export function writeAbout(schema: Schema, description = schema.description): Html {
  const [example] = schema.examples ?? [];
  return html`${line(description)}${
    schema.default === undefined ? undefined : html` <span class="fact">Default ${code(schema.default)}</span>`
  }${example === undefined ? undefined : html` <span class="fact">For example ${code(example)}</span>`}`;
}

function row(name: string, schema: Schema, isRequired: boolean): Html {
  return html`<tr>
    <th scope="row"><code>${name}</code>${isRequired ? undefined : html` <span class="fact">optional</span>`}</th>
    <td>${writeType(schema)}</td>
    <td>${writeAbout(schema)}</td>
  </tr> `;
}

function isMap(schema: Schema): schema is Schema & { additionalProperties: Schema } {
  return typeof schema.additionalProperties === "object" && !schema.properties;
}

/** The limit of JavaScript's exact whole numbers is not worth showing. */
function limitsOf({ minimum, maximum = Infinity, minLength, maxLength, pattern, format }: Schema): string {
  const range =
    minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER
      ? ""
      : maximum >= Number.MAX_SAFE_INTEGER
        ? `, ${minimum} or more`
        : `, ${minimum} to ${maximum}`;
  const length =
    maxLength === undefined ? "" : `, ${minLength ? `${minLength} to` : "at most"} ${maxLength} characters`;
  return `${range}${length}${pattern === undefined || format !== undefined ? "" : `, \`${pattern}\``}`;
}

function code(value: unknown): Html {
  return html`<code>${typeof value === "string" ? value : JSON.stringify(value)}</code>`;
}
