import { ProviderError, type ProviderErrorReason } from "../../../errors.ts";

/** The status of a refusal, as the cause of its ProviderError: for adapters that know what to do about one. */
export class UnexpectedStatusError extends Error {
  override readonly name = "UnexpectedStatusError";
  readonly status: number;
  /** The `WWW-Authenticate` of the answer: how it wants to be asked. */
  readonly challenge: string | null;

  constructor(status: number, challenge: string | null = null) {
    super(`HTTP ${status}`);
    this.status = status;
    this.challenge = challenge;
  }
}

export interface StatusVerdict {
  readonly reason: ProviderErrorReason;
  /** For people. */
  readonly meaning: string;
  readonly mayRetry: boolean;
}

/** Judges a refusal by its status and the start of its body; null leaves it to the status. */
export type JudgeRefusal = (refusal: { readonly status: number; readonly body: string }) => StatusVerdict | null;

/** Also for APIs that say it by another status than 429. */
export const THROTTLED: StatusVerdict = { reason: "throttled", meaning: "too many requests", mayRetry: true };

/** Also for token endpoints, which say it by a 400. */
export const WRONG_CREDENTIALS: StatusVerdict = {
  reason: "credentials",
  meaning: "the credentials were refused or have expired",
  mayRetry: false,
};

/** What a status means that is no success; null for a 2xx. */
export function judgeStatus(status: number): StatusVerdict | null {
  if (status >= 200 && status < 300) return null;
  switch (status) {
    case 401:
      return WRONG_CREDENTIALS;
    case 403:
      return { reason: "forbidden", meaning: "the credentials lack the permission", mayRetry: false };
    // Compute services of OpenStack's early years say 413 over their rate limit.
    case 413:
    case 429:
      return THROTTLED;
    default:
      return { reason: "invalid-answer", meaning: "expected 2xx", mayRetry: status >= 500 && status !== 501 };
  }
}

/** Whether `error` is what a client throws for an answer of this status. */
export function isStatus(error: unknown, status: number): boolean {
  return (
    error instanceof ProviderError && error.cause instanceof UnexpectedStatusError && error.cause.status === status
  );
}

/** How the server that refused wants to be asked, if `error` is what a client throws for a 401 that says so. */
export function challengeOf(error: unknown): string | null {
  return error instanceof ProviderError && error.cause instanceof UnexpectedStatusError && error.cause.status === 401
    ? error.cause.challenge
    : null;
}
