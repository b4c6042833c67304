/** Settings or command-line arguments that cannot work: exit code 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Why a provider could not list: callers choose the advice they give by it. */
export type ProviderErrorReason =
  /** Wrong, missing or expired credentials. */
  | "credentials"
  /** Right credentials without the permission. */
  | "forbidden"
  /** No answer at all: name, network, TLS, time-out. */
  | "unreachable"
  /** Still throttled after all retries. */
  | "throttled"
  /** An answer that is not what this provider's API sends. */
  | "invalid-answer"
  /** The address is one that may not be reached. */
  | "refused-address";

/** A command that was used rightly did not get what it was asked for: exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** One source could not be listed; others go on. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly provider: string;
  readonly scope: string;
  readonly reason: ProviderErrorReason;
  /** Requests made since the listing's last page, the failing one included; undefined where nobody counted. */
  calls?: number;

  constructor(
    message: string,
    about: { provider: string; scope: string; reason: ProviderErrorReason },
    options?: ErrorOptions & { readonly calls?: number },
  ) {
    super(`${about.provider} ${about.scope}: ${message}`, options);
    this.provider = about.provider;
    this.scope = about.scope;
    this.reason = about.reason;
    if (options?.calls !== undefined) this.calls = options.calls;
  }
}

/** A request that cannot be answered as it was put: HTTP 400. */
export class BadRequestError extends Error {
  override readonly name = "BadRequestError";
  /** The parameter or field at fault, where there is one. */
  readonly parameter: string | undefined;

  constructor(message: string, parameter?: string, options?: ErrorOptions) {
    super(message, options);
    this.parameter = parameter;
  }
}

/** An answer in no form that the asker takes: HTTP 406. */
export class NotAcceptableError extends Error {
  override readonly name = "NotAcceptableError";
}

/** What was asked for does not exist: HTTP 404. */
export class NotFoundError extends Error {
  override readonly name: string = "NotFoundError";
}

/** There is no such backend. The message may name others: it is for those who may see all backends. */
export class UnknownBackendError extends NotFoundError {
  override readonly name = "UnknownBackendError";
}

/** The catalogue's file could not be read or written: a full disk, one that is read-only. HTTP 507. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

/** Somebody else committed first, and what was to be committed is not. */
export class OvertakenError extends Error {
  override readonly name = "OvertakenError";
}

/** Somebody else has what is needed, for a while: the write lock, all places. HTTP 503. */
export class BusyError extends Error {
  override readonly name = "BusyError";
  /** Seconds. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}

/** The asker has as much as one may have: HTTP 429. */
export class TooManyRequestsError extends Error {
  override readonly name = "TooManyRequestsError";
  /** Seconds. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}
