import { z } from "zod";
import { MISSING_CODES, type MissingSource } from "../../catalogue/read/source-readiness.ts";

/** A source that is not in an answer, as it is shown. */
export const missingSource = z.object({
  source: z.string(),
  code: z.enum(MISSING_CODES),
  reason: z.string().meta({ description: "for people" }),
});

export function shownMissing({ source, part, code, reason }: MissingSource): z.infer<typeof missingSource> {
  return { source: part === null ? source.key : `${source.key} ${part}`, code, reason };
}
