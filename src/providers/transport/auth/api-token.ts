import { z } from "zod";

/** The option that is a secret which goes into a header as it is. What is said of a wrong one quotes nothing of it. */
export function apiToken(expected: string): z.ZodType<string, unknown> {
  return z.string(expected).regex(/^[\x21-\x7e]+$/, expected);
}
