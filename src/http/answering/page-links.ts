import type { Request } from "express";
import { type Given, writeQueryString } from "../reading/query-string.ts";

/** Which part of how many matches. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly total: number;
}

/** The `Link` header (RFC 8288) of a page: first, prev, next and last, with the other parameters as they were. */
export function pageLinks(req: Request, given: Given, { limit, offset, total }: Page): string {
  const path = req.originalUrl.split("?")[0] ?? "";
  const link = (relation: string, at: number): string =>
    `<${path}?${writeQueryString({ ...given, limit: String(limit), offset: String(at) })}>; rel="${relation}"`;
  const last = total === 0 ? 0 : Math.floor((total - 1) / limit) * limit;
  return [
    link("first", 0),
    ...(offset > 0 ? [link("prev", Math.max(0, Math.min(offset - limit, last)))] : []),
    ...(offset + limit < total ? [link("next", offset + limit)] : []),
    link("last", last),
  ].join(", ");
}
