import { z } from "zod";

/*
 * For fields that may come otherwise than documented. None of these refuses anything, so that an odd field costs the field
 * and not the image; a field that is missing reads as one that is null.
 */

/** Missing fields included, which a schema without `optional` would refuse before it is asked. */
const anything = z.unknown().optional();

/** A text; a number as its text; null for anything else. */
export const lenientText: z.ZodType<string | null, unknown> = anything.transform((value) => {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" ? value : null;
});

/** A number; the number that a text writes; null for anything else. */
export const lenientNumber: z.ZodType<number | null, unknown> = anything.transform((value) => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
});

const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ["true", true],
  [false, false],
  [0, false],
  ["false", false],
]);

/** A boolean, also as `"true"` and `"false"`, 1 and 0; null for anything else. */
export const lenientFlag: z.ZodType<boolean | null, unknown> = anything.transform((value) => FLAGS.get(value) ?? null);

/** The entries of a list that `item` reads, without the others; none when it is no list. */
export function lenientList<T>(item: z.ZodType<T>): z.ZodType<T[], unknown> {
  return anything.transform((value) => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return entries.flatMap((entry) => {
      const read = item.safeParse(entry);
      return read.success ? [read.data] : [];
    });
  });
}

const record = z.record(z.string(), z.unknown());

/** An object; an empty one for anything else. */
export const lenientRecord: z.ZodType<Record<string, unknown>, unknown> = anything.transform(
  (value) => record.safeParse(value).data ?? {},
);
