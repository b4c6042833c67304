import type { z } from "zod";
import type { JsonClient } from "../http/json-client.ts";

/** The answer as `schema` reads it. Throws a ProviderError that says where it differs, without quoting it. */
export function readAnswer<T>(
  schema: z.ZodType<T>,
  body: unknown,
  { client, what }: { client: Pick<JsonClient, "error" | "quote">; what: string },
): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const issues = read.error.issues.map(
    (issue) => `${client.quote(issue.path.join(".")) || "answer"}: ${issue.message}`,
  );
  throw client.error("invalid-answer", `${what}: ${issues.slice(0, 3).join("; ")}`);
}
