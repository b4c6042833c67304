import { z } from "zod";
import type { JsonValue } from "../../../image.ts";
import type { ExtraMembers } from "./extra-members.ts";

/*
 * Values of an answer, kept as they came. zod's own schemas of JSON copy objects name by name, and so lose a property that is
 * called `__proto__`: tags, labels and properties may be called anything.
 */

/** Any value of an answer's JSON. */
export const jsonValue: z.ZodType<JsonValue, unknown> = z.custom<JsonValue>(isJson, "expected JSON");

/** An object of an answer's JSON. */
export const jsonRecord: z.ZodType<ExtraMembers, ExtraMembers> = z.custom<ExtraMembers>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value) && isJson(value),
  "expected an object",
);

/** Deeper than any description of an image, and far from where the stack ends. */
const MAX_DEPTH = 500;

/** Throws a RangeError when it is nested too deeply. */
function isJson(value: unknown, depth: unknown = 0): boolean {
  const level = typeof depth === "number" ? depth : 0;
  if (level > MAX_DEPTH) throw new RangeError("nested too deeply");
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  return Object.values(value).every((each) => isJson(each, level + 1));
}
