import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiParameterObject,
  type ZodOpenApiPathItemObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";
import { POSITION_HEADER } from "../answering/node-position.ts";
import { version } from "../../version.ts";
import { GUIDES } from "../docs/guides.ts";
import { SESSION_COOKIE } from "../../access/sessions.ts";
import { ADMINS, type ApiPath, type Method, METHODS, type Operation, pathNames, pathTemplate } from "./api-path.ts";
import { refusals } from "./refusals.ts";

export type ApiDocument = ReturnType<typeof createDocument>;

const ABOUT = `Every machine image of your cloud backends, searched from one file: complete, ranked, and with the age of the answer.

Errors are problems (RFC 9457) of type \`application/problem+json\`. Any call can also answer 405 (method not allowed), 421 (host name not accepted), 429 (too many requests) and, if it writes, 507 (disk full). An unknown query parameter is an error, and so is one that is given twice. HEAD works wherever GET does. Answers are compressed (br, zstd, gzip) if the client accepts it. Bodies are JSON of at most 64 KB (600 KB for \`POST /images/lookup\`), with any \`Content-Type\`.

Where several servers share a record, the answer to every change has a header \`X-Catalogue-Position\`. Send it back with a later request, and any of the servers answers from a state that has the change; a server that is not there yet waits for up to 2 seconds, then answers 503. While the record cannot be reached, changes are answered 503.

Times are ISO 8601, UTC.`;

const POSITION: ZodOpenApiParameterObject = {
  name: POSITION_HEADER,
  in: "header",
  description:
    "where several servers share a record: the header from the answer to a change; this answer is at least as new",
  schema: { type: "string", pattern: "^\\d{1,15}$", examples: ["4711"] },
};

const TAGS = [
  { name: "Images", description: "Search, single images, stars." },
  { name: "Changes", description: "The journal of changes." },
  { name: "Webhooks", description: "Push changes to an address." },
  { name: "Backends", description: "Views of clouds: credentials and a region." },
  { name: "Syncs", description: "Sync runs and their progress." },
  { name: "Server", description: "The server itself." },
];

/** The parameters in paths, by name. */
const IN_PATHS: Readonly<Record<string, z.ZodType>> = {
  backend: z.string().meta({ description: "the id of a backend", examples: ["ireland"] }),
  image: z.string().meta({
    description: "the cloud's id of the image; slashes can be percent-encoded or not",
    examples: ["ami-0ac9392bb24cdca10"],
  }),
  page: z.enum(GUIDES).meta({ description: "the name of a page", examples: ["clouds"] }),
  webhook: z
    .string()
    .meta({ description: "the id of a webhook of the backend", examples: ["wh_762c47e5e5594f25af7d3c06298141fd"] }),
};

/** The OpenAPI document (3.1) of these paths. */
export function describeApi(paths: readonly ApiPath[]): ApiDocument {
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "imagedex",
      summary: "Machine images of all clouds, searched",
      description: ABOUT,
      version: version(),
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "this server" }],
    tags: TAGS,
    paths: Object.fromEntries(paths.map((path) => [pathTemplate(path.path), pathItem(path)])),
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "A token from `imagedex tokens add` or `IMAGEDEX_TOKENS`, if the server has any. Scope `read` may only search and view, `admin` may do everything.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: SESSION_COOKIE,
          description:
            "The cookie that `POST /session` gives a browser for a token. Only this server's own page can change anything with it.",
        },
      },
      schemas: Object.assign({}, ...paths.map(({ schemas }) => schemas)),
    },
  });
}

function pathItem({ path, operations }: ApiPath): ZodOpenApiPathItemObject {
  const item: ZodOpenApiPathItemObject = {};
  for (const method of METHODS) {
    const operation = operations[method];
    if (operation) item[method] = complete(operation, path, method);
  }
  return item;
}

/** The operation with what all share: the parameters in its path, and the refusals of the handlers before its own. */
function complete(
  { requestParams, responses, ...operation }: Operation,
  path: string,
  method: Method,
): ZodOpenApiOperationObject {
  const names = pathNames(path);
  return {
    ...operation,
    ...(operation.security.length > 0 && { parameters: [POSITION] }),
    tags: [...operation.tags],
    requestParams: {
      ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, inPath(name)]))) }),
      ...requestParams,
    },
    responses: { ...responses, ...refusalsBefore(operation.security, method) },
  };
}

/** The refusals of the handlers that `createHttpApp` puts before an operation's own. */
function refusalsBefore(security: Operation["security"], method: Method): ZodOpenApiResponsesObject {
  if (security.length === 0) return refusals(421, 500);
  // A read-only token, and requests of pages of other origins.
  const isForSome = security === ADMINS || method !== "get";
  const writes = security === ADMINS && method !== "get";
  return refusals(
    400,
    401,
    ...(isForSome ? ([403] as const) : []),
    413,
    415,
    421,
    429,
    500,
    ...(writes ? ([507] as const) : []),
  );
}

function inPath(name: string): z.ZodType {
  const schema = IN_PATHS[name];
  if (!schema) throw new Error(`what is :${name} in a path?`);
  return schema;
}
