import type { Query } from "./answers.ts";

/** Parameters as a query string's; of several values each stands for itself. */
export function searchOf(query: Query): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, values]) =>
      (typeof values === "string" ? [values] : values).map((value) => [name, value]),
    ),
  );
}
