import type { z } from "zod";
import type { ZodOpenApiContentObject, ZodOpenApiOperationObject } from "zod-openapi";

export const METHODS = ["get", "post", "put", "delete"] as const;
export type Method = (typeof METHODS)[number];

/** A path of the HTTP interface and its operations. Resources declare their paths and mount their handlers at `path`. */
export interface ApiPath<P extends string = string> {
  /** As Express has it: `/backends/:backend/images/*image`. */
  readonly path: P;
  /** HEAD works wherever GET does, and is not declared. */
  readonly operations: Readonly<Partial<Record<Method, Operation>>>;
  /** Schemas for the document that are not a whole body anywhere. */
  readonly schemas?: Readonly<Record<string, z.ZodType>>;
}

/** One operation with its handler's answers; the document adds the answers of the handlers before it. */
export interface Operation extends Omit<ZodOpenApiOperationObject, "requestParams" | "tags"> {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly [Tag];
  /** Who may use it: OPEN, READERS or ADMINS. */
  readonly security: NonNullable<ZodOpenApiOperationObject["security"]>;
  /** Those in the path are added by their names. */
  readonly requestParams?: Omit<NonNullable<ZodOpenApiOperationObject["requestParams"]>, "path">;
}

export type Tag = "Images" | "Changes" | "Webhooks" | "Backends" | "Syncs" | "Server";

/** Everybody, also if the server has tokens. */
export const OPEN: Operation["security"] = [];
/** With tokens: those of scope read or admin; without tokens: everybody. */
export const READERS: Operation["security"] = [{}, { bearer: ["read"] }, { session: ["read"] }];
/** With tokens: those of scope admin; without tokens: everybody. */
export const ADMINS: Operation["security"] = [{}, { bearer: ["admin"] }, { session: ["admin"] }];

export function describePath<const P extends string>(
  path: P,
  operations: ApiPath["operations"],
  schemas: ApiPath["schemas"] = {},
): ApiPath<P> {
  return { path, operations, schemas };
}

/** A JSON body, with an example of it. */
export function json(schema: z.ZodType, example: unknown): ZodOpenApiContentObject {
  return { "application/json": { schema, example } };
}

/** The methods of a request's path, as an Allow header lists them; undefined for an unknown path. */
export function allowedMethods(paths: readonly ApiPath[], requestPath: string): string | undefined {
  const here = paths.filter(({ path }) => pathPattern(path).test(requestPath));
  const methods = METHODS.filter((method) => here.some(({ operations }) => operations[method]));
  if (methods.length === 0) return undefined;
  return methods.flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])).join(", ");
}

/** The operations that match a request: one, or none. HEAD counts as GET. */
export function operationsAt(paths: readonly ApiPath[], requestPath: string, requestMethod: string): Operation[] {
  const method = METHODS.find((each) => each === requestMethod.toLowerCase().replace("head", "get"));
  if (method === undefined) return [];
  return paths
    .filter(({ path }) => pathPattern(path).test(requestPath))
    .flatMap(({ operations }) => operations[method] ?? []);
}

/** Names in a path: `:backend` holds no slash, `*image` may. */
const PATH_NAME = /[:*](\w+)/g;

/** The path as OpenAPI writes it: `/backends/{backend}/images/{image}`. */
export function pathTemplate(path: string): string {
  return path.replace(PATH_NAME, "{$1}");
}

export function pathNames(path: string): string[] {
  return [...path.matchAll(PATH_NAME)].flatMap(([, name]) => name ?? []);
}

/** The patterns of all paths, kept because each request is compared with all of them. */
const patterns = new Map<string, RegExp>();

/** Matches as Express does, which ignores case and a slash at the end. */
function pathPattern(path: string): RegExp {
  let pattern = patterns.get(path);
  if (!pattern) patterns.set(path, (pattern = createPattern(path)));
  return pattern;
}

function createPattern(path: string): RegExp {
  const source = path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+").replace(/\*\w+/g, ".+");
  return new RegExp(`^${source.replace(/\/$/, "")}/?$`, "i");
}
