import type { JsonClient } from "../http/json-client.ts";

/** No listing has more pages; otherwise a cloud that invents page after page would keep us for ever. */
const MAX_PAGES = 100_000;

/** Makes sure that every step of a listing leads to a page not yet seen. */
export interface PageTrail {
  /** Answers `page` (a token, a marker, a URL). Throws a ProviderError when it was stepped on before. */
  step(page: string): string;
}

export function createPageTrail(client: Pick<JsonClient, "error" | "quote">): PageTrail {
  const seen = new Set<string>();
  return {
    step(page) {
      if (seen.has(page))
        throw client.error("invalid-answer", `the listing does not advance: ${client.quote(page)} comes again`);
      if (seen.size >= MAX_PAGES) throw client.error("invalid-answer", `the listing has more than ${MAX_PAGES} pages`);
      seen.add(page);
      return page;
    },
  };
}

/**
 * The page that an answer's `link` names, as seen from the page that named it. Throws a ProviderError when it
 * lies on another origin: requests carry a token, and the link is only the server's word.
 */
export function resolveNext(link: string, current: URL, client: Pick<JsonClient, "error" | "quote">): URL {
  const next = URL.parse(link, current.href);
  if (!next) throw client.error("invalid-answer", `the next page is not a URL: ${client.quote(link)}`);
  if (next.origin !== current.origin) {
    const elsewhere = client.quote(next.origin);
    throw client.error("invalid-answer", `the next page is on ${elsewhere}; expected it on ${current.origin}`);
  }
  return next;
}
