import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Answer } from "../start-server.ts";

interface Reference {
  readonly $ref: string;
}

export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly SchemaObject[];
  readonly items?: SchemaObject;
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
}

export interface MediaType {
  readonly schema: SchemaObject;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, HeaderObject | Reference>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface HeaderObject {
  readonly required?: boolean;
  readonly schema: SchemaObject;
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: "path" | "query" | "header";
    readonly required?: boolean;
    readonly schema: SchemaObject;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
}

/** An OpenAPI document as the server sends it. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, SchemaObject>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
  };
}

/** An operation with its place in the document. */
export interface PlacedOperation extends OperationObject {
  readonly path: string;
  readonly method: string;
}

/** What answers are held against. */
export interface Contract {
  readonly document: ApiDocument;
  readonly operations: readonly PlacedOperation[];
  /** The operation with this id. */
  operation(operationId: string): PlacedOperation;
  /** Throws, saying what of an answer is not as the operation's response of that status has it. */
  judge(operation: PlacedOperation, answer: Answer, options?: { isHead?: boolean }): void;
  /** The same for a response of the components, such as `NotFound`. */
  judgeAs(response: string, answer: Answer, options?: { isHead?: boolean }): void;
  /** Throws, saying why a value is not what a schema of the components takes. */
  judgeValue(schema: string, value: unknown): void;
  /** What a schema at a JSON pointer finds wrong with a value; null when nothing. */
  faultsOf(pointer: string, value: unknown): string | null;
  resolve<T extends object>(part: T | Reference): T;
}

/** Headers of our own making, which must be in the document; others come from Express, helmet and Node. */
const OURS = /^(x-(catalogue|total|search)-.*|link|etag|location|retry-after|allow|www-authenticate|last-modified)$/;

export function readContract(document: ApiDocument): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "api");
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): PlacedOperation => ({ ...operation, path, method })),
  );

  const faultsOf: Contract["faultsOf"] = (pointer, value) => {
    const validate = ajv.getSchema(`api${pointer}`);
    if (!validate) throw new Error(`no schema at ${pointer}`);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };
  const resolve: Contract["resolve"] = <T extends object>(part: T | Reference): T =>
    "$ref" in part && isComponent(part.$ref) ? (find(document, part.$ref) as T) : (part as T);

  const judgeResponse = (pointer: string, given: Answer, isHead: boolean): void => {
    const at = find(document, pointer) as ResponseObject | Reference | undefined;
    if (!at) throw new Error(`${given.status} is not in the document: ${given.text.slice(0, 300)}`);
    const here = "$ref" in at ? at.$ref : pointer;
    const response = resolve<ResponseObject>(at);
    const headers = new Map(
      Object.entries(response.headers ?? {}).map(([name, header]) => [name.toLowerCase(), header]),
    );
    for (const [name, part] of headers) {
      const header = resolve<HeaderObject>(part);
      const value = given.headers[name];
      if (value === undefined) {
        if (header.required) throw new Error(`${given.status} without ${name}`);
        continue;
      }
      const text = Array.isArray(value) ? value.join() : value;
      const read = header.schema.type === "integer" ? Number(text) : text;
      if (!ajv.validate(header.schema, read)) throw new Error(`${name}: ${String(value)}: ${ajv.errorsText()}`);
    }
    const undeclared = Object.keys(given.headers).filter((name) => OURS.test(name) && !headers.has(name));
    if (undeclared.length > 0) throw new Error(`${given.status} with ${undeclared.join()}, not in the document`);
    if (isHead || !response.content) {
      if (given.text !== "") throw new Error(`${given.status} with a body: ${given.text.slice(0, 300)}`);
      return;
    }
    const type = String(given.headers["content-type"]).split(";")[0] ?? "";
    if (!response.content[type]) throw new Error(`${given.status} of type ${type}, not in the document`);
    const value: unknown = /[/+]json$/.test(type) ? JSON.parse(given.text) : given.text;
    const faults = faultsOf(`${here}/content/${escapePointer(type)}/schema`, value);
    if (faults !== null) throw new Error(`${given.status}: ${faults}: ${given.text.slice(0, 500)}`);
  };

  return {
    document,
    operations,
    operation: (operationId) => {
      const found = operations.find((operation) => operation.operationId === operationId);
      if (!found) throw new Error(`no operation ${operationId}`);
      return found;
    },
    judge({ path, method, operationId }, answer, { isHead = false } = {}) {
      try {
        judgeResponse(`#/paths/${escapePointer(path)}/${method}/responses/${answer.status}`, answer, isHead);
      } catch (error) {
        throw new Error(`${operationId}: ${(error as Error).message}`, { cause: error });
      }
    },
    judgeAs: (response, answer, { isHead = false } = {}) =>
      judgeResponse(`#/components/responses/${response}`, answer, isHead),
    judgeValue(schema, value) {
      const faults = faultsOf(`#/components/schemas/${schema}`, value);
      if (faults !== null) throw new Error(`${schema}: ${faults}: ${JSON.stringify(value)}`);
    },
    faultsOf,
    resolve,
  };
}

export function escapePointer(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function isComponent(reference: string): boolean {
  return reference.startsWith("#/components/");
}

function find(document: unknown, pointer: string): unknown {
  const names = pointer
    .slice(2)
    .split("/")
    .map((name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce((part: unknown, name) => (part as Record<string, unknown> | undefined)?.[name], document);
}
