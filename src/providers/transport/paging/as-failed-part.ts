import { ProviderError } from "../../../errors.ts";
import type { FailedPart } from "../../provider.ts";

/**
 * What a listing that goes on without `part` says of it. Throws `error` where that ends the whole listing: wrong credentials
 * are wrong for all parts, and an abort is no failure.
 */
export function asFailedPart(part: string, error: unknown): FailedPart {
  if (!(error instanceof ProviderError) || error.reason === "credentials") throw error;
  return { part, reason: error.reason, message: `${part}: ${error.message.replace(/\s+/g, " ")}` };
}
