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
  const others = Object.entries({ ...given, limit: String(limit), offset: "" });
  const place = others.findIndex(([name]) => name === "offset");
  const [before, after] = [others.slice(0, place), others.slice(place + 1)].map((some) =>
    writeQueryString(Object.fromEntries(some)),
  );
  const link = (relation: string, at: number): string => {
    const query = [before, `offset=${at}`, after].filter((part) => part !== "").join("&");
    return `<${path}?${query}>; rel="${relation}"`;
  };
  const last = total === 0 ? 0 : Math.floor((total - 1) / limit) * limit;
  return [
    link("first", 0),
    ...(offset > 0 ? [link("prev", Math.max(0, Math.min(offset - limit, last)))] : []),
    ...(offset + limit < total ? [link("next", offset + limit)] : []),
    link("last", last),
  ].join(", ");
}
