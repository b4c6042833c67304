import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { problem } from "../problems.ts";

type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 413 | 415 | 421 | 429 | 500 | 503 | 507;

/** The problems that many operations answer, by status. */
export const REFUSALS: Readonly<Record<RefusalStatus, ZodOpenApiResponseObject & { readonly id: string }>> = {
  400: refusal("BadRequest", "The request cannot be answered as it is put; `parameter` names what is wrong.", {
    title: "Bad Request",
    status: 400,
    detail: "limit: expected a whole number from 1 to 10000",
    instance: "/backends/ireland/images?limit=0",
    parameter: "limit",
    errors: [{ parameter: "limit", detail: "expected a whole number from 1 to 10000" }],
  }),
  401: {
    ...refusal("Unauthorized", "The server asks for a token, and none that it knows came.", {
      title: "Unauthorized",
      status: 401,
      detail: "expected Authorization: Bearer with a token of this server",
      instance: "/backends",
    }),
    headers: { "WWW-Authenticate": { required: true, schema: { type: "string" }, example: 'Bearer realm="imagedex"' } },
  },
  403: refusal("Forbidden", "The token may not do that, or a page of another origin asks.", {
    title: "Forbidden",
    status: 403,
    detail: "this token may read only; expected one of scope admin",
    instance: "/backends/ireland/sync",
  }),
  404: refusal("NotFound", "No such thing, or none that the token is for.", {
    title: "Not Found",
    status: 404,
    detail: 'no backend "iceland"',
    instance: "/backends/iceland",
  }),
  405: {
    ...refusal("MethodNotAllowed", "The path takes other methods. Answered on every path.", {
      title: "Method Not Allowed",
      status: 405,
      detail: "PATCH is not for /backends; it takes GET, HEAD, POST",
      instance: "/backends",
    }),
    headers: {
      Allow: { required: true, description: "those it takes", schema: { type: "string" }, example: "GET, HEAD, POST" },
    },
  },
  413: refusal("ContentTooLarge", "The body is larger than 64 KB, or than 600 KB where ids are looked up.", {
    title: "Payload Too Large",
    status: 413,
    detail: "the body is larger than 64 KB",
    instance: "/backends",
  }),
  415: refusal("UnsupportedMediaType", "The body's charset or content encoding is not one that is read.", {
    title: "Unsupported Media Type",
    status: 415,
    detail: 'unsupported charset "LATIN1"',
    instance: "/backends",
  }),
  421: refusal("MisdirectedRequest", "While no token is asked for, only names of the own machine are answered to.", {
    title: "Misdirected Request",
    status: 421,
    detail: "expected localhost, 127.0.0.1 or [::1] as Host; other names are answered once there is a token",
    instance: "/backends",
  }),
  429: {
    ...refusal("TooManyRequests", "Too many requests of this token or address, or log-ins that failed.", {
      title: "Too Many Requests",
      status: 429,
      detail: "too many requests; ask again in 12 s",
      instance: "/images",
    }),
    headers: {
      "Retry-After": { required: true, description: "seconds", schema: { type: "integer" }, example: 12 },
    },
  },
  500: refusal("InternalError", "A fault of the server; its log tells more under `id`.", {
    title: "Internal Server Error",
    status: 500,
    detail: "an internal error; the server's log tells more",
    instance: "/backends",
    id: "0b5c1f6e-9a0e-4c3f-8f0a-6b1b7b6f2f55",
  }),
  503: {
    ...refusal("Unavailable", "Not now; ask again later.", {
      title: "Service Unavailable",
      status: 503,
      detail: "100 event streams are being sent; ask again in 30 s",
      instance: "/events",
    }),
    headers: { "Retry-After": { description: "seconds", schema: { type: "integer" }, example: 30 } },
  },
  507: refusal("InsufficientStorage", "The disk takes nothing more; nothing was changed.", {
    title: "Insufficient Storage",
    status: 507,
    detail: "the catalogue's disk takes nothing more; the server's log says why",
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
