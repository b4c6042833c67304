import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import { CATALOGUE_STATES, type CatalogueStatus } from "./catalogue-state.ts";

const time = z.iso.datetime().optional();

/** What `setCatalogueHeaders` sets. */
export const catalogueHeaders = z.object({
  "X-Catalogue-State": z.enum(CATALOGUE_STATES).meta({
    description:
      "`complete`: the last listing of every source is shown; `stale`: the last try failed, and what is shown is older; `partial`: some source was never listed, or cannot be, only searched; `new`: none was",
    header: { id: "X-Catalogue-State" },
  }),
  "X-Catalogue-Synced-At": time.meta({
    description: "when the oldest of the listings shown was complete",
    header: { id: "X-Catalogue-Synced-At" },
  }),
  "X-Catalogue-Age": z
    .int()
    .min(0)
    .optional()
    .meta({ description: "the seconds since then", header: { id: "X-Catalogue-Age" } }),
  "Last-Modified": z
    .string()
    .optional()
    .meta({ description: "when an image last changed", header: { id: "Last-Modified" } }),
});

/** What `answerNotModified` sets besides. */
export const validatedHeaders = catalogueHeaders.extend({
  ETag: z.string().meta({ description: "names this very answer, for `If-None-Match`", header: { id: "ETag" } }),
});

/** The request header that `answerNotModified` reads. */
export const conditional = z.object({
  "If-None-Match": z.string().optional().meta({ description: "the ETag of an answer that is known already" }),
});

/** The answer that `answerNotModified` gives. */
export const notModified: ZodOpenApiResponseObject = {
  id: "NotModified",
  description: "The answer is the one that is known already.",
  headers: validatedHeaders,
};

/** Says how old the catalogue is that an answer comes from, and how far it can be relied on. */
export function setCatalogueHeaders(res: Response, status: CatalogueStatus, now: string): void {
  res.set("X-Catalogue-State", status.state);
  res.set("Cache-Control", "no-cache");
  res.vary("Accept-Encoding");
  if (status.syncedAt !== null) {
    res.set("X-Catalogue-Synced-At", status.syncedAt);
    res.set("X-Catalogue-Age", String(Math.max(0, Math.floor((Date.parse(now) - Date.parse(status.syncedAt)) / 1000))));
  }
  if (status.changedAt !== null) res.set("Last-Modified", new Date(status.changedAt).toUTCString());
}

/** Sets the answer's ETag; true when the client has that answer already, and was told so (304). */
export function answerNotModified(req: Request, res: Response, ...state: readonly unknown[]): boolean {
  const etag = `W/"${createHash("sha1").update(JSON.stringify(state)).digest("base64url")}"`;
  res.set("ETag", etag);
  const known = req
    .get("if-none-match")
    ?.split(",")
    .map((tag) => tag.trim());
  if (!known?.includes(etag) && !known?.includes("*")) return false;
  res.status(304).end();
  return true;
}
