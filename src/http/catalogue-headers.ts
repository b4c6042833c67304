import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import type { CatalogueStatus } from "./catalogue-state.ts";

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
