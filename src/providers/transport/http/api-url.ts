import { z } from "zod";

/**
 * The option that says where an API is. Read without the API's `version` and slashes at its end, so that every way to
 * write an address names the same source. It goes into logs and source keys: a user name, password or query, which
 * could be secret, is refused.
 */
export function apiUrl({ version, example }: { version: RegExp; example: string }): z.ZodType<string, unknown> {
  const expected = `expected an http or https address, such as ${example}`;
  return z.string(expected).transform((text, context) => {
    const url = URL.parse(text.trim());
    if (!url || !/^https?:$/.test(url.protocol)) {
      context.addIssue(expected);
      return z.NEVER;
    }
    if (url.username || url.password || url.search || url.hash) {
      context.addIssue("expected an address without user, password, query and fragment");
      return z.NEVER;
    }
    const path = url.pathname.replace(/\/+$/, "").replace(version, "").replace(/\/+$/, "");
    return url.origin + path;
  });
}
