import { explain, isOfTheDisk } from "../catalogue/file/open-catalogue.ts";
import { codeOfReason, type RunCode } from "../catalogue/file/run-codes.ts";
import {
  BadRequestError,
  BusyError,
  ConfigError,
  NotFoundError,
  OvertakenError,
  ProviderError,
  StorageError,
} from "../errors.ts";

/** Why a run failed: `code` for programs, `reason` for people. */
export interface RunFailure {
  readonly outcome: "failed";
  readonly code: RunCode;
  readonly reason: string;
}

/** The abort reason of a run that took too long; any other abort interrupts the run. */
export function timeoutError(message: string): Error {
  return new DOMException(message, "TimeoutError");
}

/** A provider's error names its cloud, a disk error the file; any other error gets the name of `source`, if there is one. */
export function failureOf(error: unknown, signal: AbortSignal, file: string, source?: string): RunFailure {
  // The reason of the abort says more than the abort error.
  const cause: unknown = signal.aborted ? signal.reason : error;
  const prefix = source === undefined ? "" : `${source}: `;
  const reason =
    cause instanceof ProviderError
      ? cause.message
      : `${prefix}${isOfTheDisk(cause) ? explain(file, cause) : cause instanceof Error ? cause.message : String(cause)}`;
  return { outcome: "failed", code: codeOf(cause, signal), reason };
}

function codeOf(cause: unknown, signal: AbortSignal): RunCode {
  if (signal.aborted) return cause instanceof Error && cause.name === "TimeoutError" ? "timeout" : "interrupted";
  if (cause instanceof ProviderError) return codeOfReason(cause.reason);
  if (cause instanceof OvertakenError) return "interrupted";
  if (cause instanceof BusyError) return "storage";
  if (isOfTheDisk(cause) || cause instanceof StorageError || isOfTheFile(cause)) return "storage";
  const isOurs = [ConfigError, BadRequestError, NotFoundError].some((kind) => cause instanceof kind);
  return isOurs ? "configuration" : "bug";
}

/** Whether the file is damaged, or was locked by others for too long. */
function isOfTheFile(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^SQLITE_(BUSY|CORRUPT|NOTADB)/.test(code);
}
