import type { z } from "zod";
import type { JsonValue } from "../../image.ts";
import { jsonRecord } from "../transport/reading/json-values.ts";

/** A resource's properties, under the API's own names. */
export type Properties = { readonly [name: string]: JsonValue };

/** Properties or tags; none where they cannot be read. */
export const lenientProperties: z.ZodType<Properties, unknown> = jsonRecord.catch({});

/** `Linux`, `Windows`, `x64`, `Arm64`, in small letters as other clouds have them. */
export function lowerCase(word: JsonValue | undefined): string | null {
  return typeof word === "string" && word !== "" ? word.toLowerCase() : null;
}

/** A property of a property, where there is such. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([member]) => member === name)?.[1];
}

/** The words among the values: of tags, of a purchase plan. */
export function wordsOf(...groups: readonly (JsonValue | undefined)[]): string[] {
  const values = groups.flatMap((group) => (group && typeof group === "object" ? Object.values(group) : []));
  return [...new Set(values.filter((value) => typeof value === "string" && value !== ""))].map(String);
}
