/** The text of a string, number or boolean; null for anything else, and for an empty text. */
export function plainText(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}
