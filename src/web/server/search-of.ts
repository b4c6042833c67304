import type { Query } from "./answers.ts";

/** Converts parameters to those of a query string, one for each value. */
export function searchOf(query: Query): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, values]) =>
      (typeof values === "string" ? [values] : values).map((value) => [name, value]),
    ),
  );
}
