import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { problem } from "../../problems.ts";

type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 406 | 413 | 415 | 421 | 429 | 500 | 503 | 507;

/** The problems that many operations answer, by status. */
export const REFUSALS: Readonly<Record<RefusalStatus, ZodOpenApiResponseObject & { readonly id: string }>> = {
  400: refusal("BadRequest", "The request is wrong; `parameter` names the field.", {
    title: "Bad Request",
    status: 400,
    detail: "limit: expected a whole number from 1 to 10000",
    instance: "/backends/ireland/images?limit=0",
    parameter: "limit",
    errors: [{ parameter: "limit", detail: "expected a whole number from 1 to 10000" }],
  }),
  401: {
    ...refusal("Unauthorized", "The server needs a token, and the request has none or an unknown one.", {
      title: "Unauthorized",
      status: 401,
      detail: "This server needs a token: send Authorization: Bearer TOKEN.",
      instance: "/backends",
    }),
    headers: { "WWW-Authenticate": { required: true, schema: { type: "string" }, example: 'Bearer realm="imagedex"' } },
  },
  403: refusal(
    "Forbidden",
    "The token is not allowed to do that, or the request comes from a page of another origin.",
    {
      title: "Forbidden",
      status: 403,
      detail: "This needs an admin token; yours is read-only.",
      instance: "/backends/ireland/sync",
    },
  ),
  404: refusal("NotFound", "It does not exist, or the token is not for it.", {
    title: "Not Found",
    status: 404,
    detail: 'no backend "iceland"',
    instance: "/backends/iceland",
  }),
  405: {
    ...refusal("MethodNotAllowed", "The method is not allowed on this path.", {
      title: "Method Not Allowed",
      status: 405,
      detail: "PATCH is not allowed on /backends (allowed: GET, HEAD, POST)",
      instance: "/backends",
    }),
    headers: {
      Allow: {
        required: true,
        description: "the allowed methods",
        schema: { type: "string" },
        example: "GET, HEAD, POST",
      },
    },
  },
  406: refusal("NotAcceptable", "The answer has none of the forms that `Accept` names.", {
    title: "Not Acceptable",
    status: 406,
    detail: "Accept: text/html is not offered; expected one of application/json, text/csv, application/x-ndjson",
    instance: "/images",
  }),
  413: refusal("ContentTooLarge", "The body is larger than 64 KB, or than 600 KB where ids are looked up.", {
    title: "Payload Too Large",
    status: 413,
    detail: "the body is larger than 64 KB",
    instance: "/backends",
  }),
  415: refusal("UnsupportedMediaType", "The body's charset or content encoding is not supported.", {
    title: "Unsupported Media Type",
    status: 415,
    detail: 'unsupported charset "LATIN1"',
    instance: "/backends",
  }),
  421: refusal("MisdirectedRequest", "Without tokens the server accepts only localhost.", {
    title: "Misdirected Request",
    status: 421,
    detail: "Without tokens the server accepts only localhost, 127.0.0.1 and [::1] as Host.",
    instance: "/backends",
  }),
  429: {
    ...refusal("TooManyRequests", "Too many requests or failed log-ins of this token or address.", {
      title: "Too Many Requests",
      status: 429,
      detail: "too many requests; try again in 12 s",
      instance: "/images",
    }),
    headers: {
      "Retry-After": { required: true, description: "seconds", schema: { type: "integer" }, example: 12 },
    },
  },
  500: refusal("InternalError", "A fault of the server; its log has the details under `id`.", {
    title: "Internal Server Error",
    status: 500,
    detail: "internal error; the server's log has the details",
    instance: "/backends",
    id: "0b5c1f6e-9a0e-4c3f-8f0a-6b1b7b6f2f55",
  }),
  503: {
    ...refusal("Unavailable", "Not now; try again later.", {
      title: "Service Unavailable",
      status: 503,
      detail: "100 event streams are open; try again in 30 s",
      instance: "/events",
    }),
    headers: { "Retry-After": { description: "seconds", schema: { type: "integer" }, example: 30 } },
  },
  507: refusal("InsufficientStorage", "The disk is full; nothing was changed.", {
    title: "Insufficient Storage",
    status: 507,
    detail: "the catalogue cannot be written: disk full or read-only; the server's log says why",
    instance: "/backends",
  }),
};

/** The answers of an operation that can be refused with these. */
export function refusals(...statuses: readonly RefusalStatus[]): ZodOpenApiResponsesObject {
  return Object.fromEntries(statuses.map((status) => [String(status), REFUSALS[status]]));
}

function refusal(id: string, description: string, example: object): ZodOpenApiResponseObject & { readonly id: string } {
  const body = { type: "about:blank", ...example };
  return { id, description, content: { "application/problem+json": { schema: problem, example: body } } };
}
