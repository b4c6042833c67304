import type { ProviderErrorReason } from "../../errors.ts";
import { RefusedAddressError } from "./guard-address.ts";
import type { Redactor } from "./redact.ts";

/** How one try ended when it did not bring an answer. */
export interface Failure {
  readonly outcome: "failure";
  readonly reason: ProviderErrorReason;
  readonly message: string;
  readonly mayRetry: boolean;
  /** The `Retry-After` of the answer, as it was sent. */
  readonly retryAfter: string | null;
  readonly cause?: Error;
}

/** A failure that another try would only repeat. */
export function failure(reason: ProviderErrorReason, message: string): Failure {
  return { outcome: "failure", reason, message, mayRetry: false, retryAfter: null };
}

/** Codes of Node and undici for what may pass by itself. An unknown name or a bad certificate will not. */
const PASSING = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** What `error`, thrown instead of an answer, means for the request that `what` names. */
export function networkFailure(redactor: Redactor, what: string, error: unknown): Failure {
  if (error instanceof RefusedAddressError) {
    return { ...failure("refused-address", `${what}: ${error.message}`), cause: error };
  }
  const said = redactor.redact([codeOf(error), messageOf(error)].filter(Boolean).join(": "));
  return {
    ...failure("unreachable", `${what}: ${said}`),
    mayRetry: isTimeout(error) || PASSING.has(codeOf(error)),
    // A fresh error, since undici's own may carry a part of the answer.
    cause: new Error(said),
  };
}

/** Whether the deadline of a try has passed. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
