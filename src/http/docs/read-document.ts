import { z } from "zod";

/** The parts of a schema that the page shows. */
const schema = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  required: z.array(z.string()).optional(),
  get items() {
    return schema.optional();
  },
  get anyOf() {
    return z.array(schema).optional();
  },
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), schema]).optional();
  },
});
export type Schema = z.infer<typeof schema>;

const content = z.record(
  z.string(),
  z.object({
    schema: schema.optional(),
    example: z.unknown().optional(),
    examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
  }),
);
export type Content = z.infer<typeof content>;

const parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema,
});
export type Parameter = z.infer<typeof parameter>;

const response = z.object({
  description: z.string(),
  headers: z
    .record(z.string(), z.object({ description: z.string().optional(), required: z.boolean().optional(), schema }))
    .optional(),
  content: content.optional(),
});
export type ApiResponse = z.infer<typeof response>;

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  tags: z.tuple([z.string()]),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(parameter).optional(),
  requestBody: z.object({ description: z.string().optional(), required: z.boolean().optional(), content }).optional(),
  responses: z.record(z.string(), response),
});
export type ShownOperation = z.infer<typeof operation>;

const shown = z.object({
  info: z.object({ title: z.string(), version: z.string(), summary: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});
/** The parts of an OpenAPI document that the page shows; only schemas are still references. */
export type ShownDocument = z.infer<typeof shown>;

export function readDocument(document: object): ShownDocument {
  return shown.parse(inlined(document, document));
}

/** Replaces references by what they name, except those to schemas, which the page links to. */
function inlined(part: unknown, document: unknown): unknown {
  if (Array.isArray(part)) return part.map((item) => inlined(item, document));
  if (typeof part !== "object" || part === null) return part;
  if ("$ref" in part && typeof part.$ref === "string" && !part.$ref.startsWith(SCHEMAS))
    return inlined(found(document, part.$ref), document);
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, inlined(value, document)]));
}

const SCHEMAS = "#/components/schemas/";

/** The name of the schema that a reference is to. */
export function schemaName(reference: string): string {
  return reference.slice(SCHEMAS.length);
}

function found(document: unknown, reference: string): unknown {
  const names = reference.split("/").slice(1);
  return names.reduce((part: unknown, name) => new Map(Object.entries(Object(part))).get(name), document);
}
