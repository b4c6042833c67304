import { z } from "zod";

/**
 * An identity service's address, without its `version` and without slashes at its end, so that all ways to write it
 * name the same source. It goes into logs and keys: a user name or password in it is refused.
 */
export function identityUrl(version: RegExp, expected: string): z.ZodType<string, unknown> {
  return z.string(`expected ${expected}`).transform((text, context) => {
    const url = URL.parse(text.trim());
    if (!url || !/^https?:$/.test(url.protocol)) {
      context.addIssue(`expected ${expected}`);
      return z.NEVER;
    }
    if (url.username || url.password || url.search || url.hash) {
      context.addIssue("expected an address without user, password, query and fragment");
      return z.NEVER;
    }
    return url.origin + url.pathname.replace(/\/+$/, "").replace(version, "").replace(/\/+$/, "");
  });
}
