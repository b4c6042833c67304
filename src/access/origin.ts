import type { Request } from "express";

/**
 * Which page made a browser send a request: this server's own, or a foreign one (another host, port or scheme). Undefined if no
 * browser asks, or one from before 2020 that sends no Origin to its own page's server.
 *
 * No page can set these headers itself.
 */
export function originOf(req: Request): "own" | "foreign" | undefined {
  const site = req.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" ? "own" : "foreign";
  const origin = req.get("origin");
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).host === hostOf(req, origin) ? "own" : "foreign";
}

/** The requested host, without the default port of `origin`'s scheme. */
function hostOf(req: Request, origin: string): string | undefined {
  const asked = `${new URL(origin).protocol}//${req.host}`;
  return URL.canParse(asked) ? new URL(asked).host : undefined;
}
