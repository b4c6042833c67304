import type { Request } from "express";

/**
 * Which page made a browser ask: this server's own, or another's (one of another port or scheme too). Undefined when no browser
 * asks, or one that does not say: those of before 2020, which send no Origin where it would be their own.
 *
 * Neither header can be set by a page.
 */
export function originOf(req: Request): "own" | "foreign" | undefined {
  const site = req.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" ? "own" : "foreign";
  const origin = req.get("origin");
  if (origin === undefined) return undefined;
  return URL.canParse(origin) && new URL(origin).host === hostOf(req, origin) ? "own" : "foreign";
}

/** The host that was asked, without the port that `origin`'s scheme has anyway. */
function hostOf(req: Request, origin: string): string | undefined {
  const asked = `${new URL(origin).protocol}//${req.host}`;
  return URL.canParse(asked) ? new URL(asked).host : undefined;
}
