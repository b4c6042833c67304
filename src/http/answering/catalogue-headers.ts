import { hash } from "node:crypto";
import type { Request, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import { FACTS_FORMAT } from "../../catalogue/facts/columns-of.ts";
import { MISSING_CODES, type MissingSource } from "../../catalogue/read/source-readiness.ts";
import type { AnswerScope } from "./answer-scope.ts";
import { CATALOGUE_STATES } from "./catalogue-state.ts";
import { isBehind } from "./node-position.ts";

const time = z.iso.datetime().optional();

/** The longest header value; most servers and proxies accept 8 KB of headers. */
const MOST_CHARACTERS = 1000;
const LONGEST_NAME = 120;

/** What is missing, as `writeMissing` writes it. */
export const missingHeader = z
  .string()
  .optional()
  .meta({
    description: `what the answer lacks: \`SOURCE; CODE\`, separated by commas, such as \`ec2 eu-west-1 public; forbidden\`. CODE is one of ${MISSING_CODES.join(", ")}. In SOURCE, commas, semicolons, percent signs and what is not printable ASCII are percent-encoded. Where there are many, a last entry such as \`3 more\` says how many are not named. Absent when nothing is missing`,
    header: { id: "X-Catalogue-Missing" },
  });

/** What `setCatalogueHeaders` sets. */
export const catalogueHeaders = z.object({
  "X-Catalogue-State": z.enum(CATALOGUE_STATES).meta({
    description:
      "`complete`: the last listing of every source is shown; `stale`: the last sync of some source failed, and an older listing is shown, or this node has lost sight of its record; `partial`: some source was never listed (`X-Catalogue-Missing` says which and why), or can only be searched; `new`: there is no backend",
    header: { id: "X-Catalogue-State" },
  }),
  "X-Catalogue-Missing": missingHeader,
  "X-Catalogue-Synced-At": time.meta({
    description: "when the oldest listing in the answer was complete",
    header: { id: "X-Catalogue-Synced-At" },
  }),
  "X-Catalogue-Age": z
    .int()
    .min(0)
    .optional()
    .meta({ description: "age of the oldest listing, in seconds", header: { id: "X-Catalogue-Age" } }),
  "Last-Modified": z
    .string()
    .optional()
    .meta({ description: "when an image last changed", header: { id: "Last-Modified" } }),
});

/** What `answerNotModified` sets besides. */
export const validatedHeaders = catalogueHeaders.extend({
  ETag: z.string().meta({ description: "version of the answer, for `If-None-Match`", header: { id: "ETag" } }),
});

/** The request header that `answerNotModified` reads. */
export const conditional = z.object({
  "If-None-Match": z.string().optional().meta({ description: "ETag of an earlier answer" }),
});

/** The answer that `answerNotModified` gives. */
export const notModified: ZodOpenApiResponseObject = {
  id: "NotModified",
  description: "The answer has not changed.",
  headers: validatedHeaders,
};

/** Sets the headers that say how old the answer's catalogue is, what state it is in, and what it lacks. */
export function setCatalogueHeaders(
  res: Response,
  { status, missing }: Pick<AnswerScope, "status" | "missing">,
  now: string,
): void {
  res.set("X-Catalogue-State", isBehind(res) && status.state === "complete" ? "stale" : status.state);
  if (missing.length > 0) res.set("X-Catalogue-Missing", writeMissing(missing));
  res.set("Cache-Control", "no-cache");
  res.vary("Accept-Encoding");
  if (status.syncedAt !== null) {
    res.set("X-Catalogue-Synced-At", status.syncedAt);
    res.set("X-Catalogue-Age", String(Math.max(0, Math.floor((Date.parse(now) - Date.parse(status.syncedAt)) / 1000))));
  }
  if (status.changedAt !== null) res.set("Last-Modified", new Date(status.changedAt).toUTCString());
}

/** Removes the headers of an answer that is not given after all. */
export function clearCatalogueHeaders(res: Response): void {
  for (const name of ["ETag", "Last-Modified", "X-Catalogue-Synced-At", "X-Catalogue-Age"]) res.removeHeader(name);
}

/** One header line in printable ASCII: `ec2 eu-west-1 public; forbidden, ec2 eu-west-1 own new-7; pending`. */
export function writeMissing(missing: readonly MissingSource[]): string {
  const entries: string[] = [];
  let length = 0;
  for (const { source, part, code } of missing) {
    if (length > MOST_CHARACTERS) break;
    const name = (part === null ? source.key : `${source.key} ${part}`).slice(0, LONGEST_NAME);
    const entry = `${name.toWellFormed().replace(/[^ -~]|[%,;]/gu, encodeURIComponent)}; ${code}`;
    entries.push(entry);
    length += entry.length;
  }
  const rest = missing.length - entries.length;
  return [...entries, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/**
 * Sets the answer's ETag, which servers with the same catalogue make alike as long as they derive the same of an image; true when the client
 * has that answer already, and was told so (304).
 */
export function answerNotModified(req: Request, res: Response, ...state: readonly unknown[]): boolean {
  const named = JSON.stringify([FACTS_FORMAT, ...state]);
  const etag = `W/"${hash("sha1", named, "base64url")}"`;
  res.set("ETag", etag);
  const known = req
    .get("if-none-match")
    ?.split(",")
    .map((tag) => tag.trim());
  if (!known?.includes(etag) && !known?.includes("*")) return false;
  res.status(304).end();
  return true;
}
