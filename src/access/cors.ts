import type { RequestHandler } from "express";

const METHODS = "GET, HEAD, POST, PUT, DELETE";
const REQUEST_HEADERS = "Authorization, Content-Type, If-None-Match, X-Catalogue-Position";
const RESPONSE_HEADERS = [
  "ETag",
  "Link",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "X-Catalogue-Age",
  "X-Catalogue-Position",
  "X-Catalogue-State",
  "X-Catalogue-Synced-At",
  "X-Search-Suggestion",
  "X-Total-Count",
].join(", ");
const PREFLIGHT_SECONDS = "600";

/** Lets pages of these origins send requests with a token, never with this server's cookie. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return (req, res, next) => {
    if (origins.length === 0) return next();
    res.vary("Origin");
    const origin = req.get("origin");
    if (origin === undefined || !origins.includes(origin)) return next();
    res.set({ "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": RESPONSE_HEADERS });
    if (req.method !== "OPTIONS" || req.get("access-control-request-method") === undefined) return next();
    res.set({
      "Access-Control-Allow-Methods": METHODS,
      "Access-Control-Allow-Headers": REQUEST_HEADERS,
      "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    });
    res.status(204).end();
  };
}
