import { z } from "zod";

/*
 * Fields that an image can do without. Whatever a cloud puts there, none of these schemas fails, also where the field is
 * missing: what cannot be read is null, or empty.
 */

/** Text; a number becomes its text, anything else null. */
export const lenientText: z.ZodType<string | null, unknown> = lenient((value) => {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" ? value : null;
});

/** A number; one that is written as text becomes the number, anything else null. */
export const lenientNumber: z.ZodType<number | null, unknown> = lenient((value) => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
});

/** True or false, also as text or as 1 and 0; anything else is null. */
export const lenientFlag: z.ZodType<boolean | null, unknown> = lenient((value) => {
  if (value === true || value === "true" || value === 1) return true;
  return value === false || value === "false" || value === 0 ? false : null;
});

/** A list without the entries that `item` cannot read; anything else is an empty list. */
export function lenientList<T>(item: z.ZodType<T>): z.ZodType<T[], unknown> {
  return lenient((value) => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return entries.flatMap((entry) => {
      const read = item.safeParse(entry);
      return read.success ? [read.data] : [];
    });
  });
}

/** An object with members of any name; anything else is an empty one. */
export const lenientRecord: z.ZodType<Record<string, unknown>, unknown> = lenient((value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {},
);

function lenient<T>(read: (value: unknown) => T): z.ZodType<T, unknown> {
  return z.unknown().optional().transform(read);
}
