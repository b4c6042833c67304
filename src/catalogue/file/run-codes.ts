import type { ProviderErrorReason } from "../../errors.ts";

/** Why a run was refused or failed, for programs. */
export const RUN_CODES = [
  "credentials",
  "forbidden",
  "unreachable",
  "throttled",
  "invalid-answer",
  "refused-address",
  /** The listing took longer than it may. */
  "timeout",
  /** It had far fewer images than the catalogue. */
  "shrunken",
  /** It had no image where the catalogue has some. */
  "emptied",
  /** Most of its images could not be read. */
  "unreadable",
  /** The process or its sync thread ended. */
  "interrupted",
  /** The catalogue's file could not be read or written. */
  "storage",
  /** The backend's fields, or who shows the source, do not allow a listing. */
  "configuration",
  /** Anything else: a fault of imagedex. */
  "bug",
] as const;

export type RunCode = (typeof RUN_CODES)[number];

/** Every reason of a ProviderError is a code. */
const PROVIDER_CODES: Record<ProviderErrorReason, RunCode> = {
  credentials: "credentials",
  forbidden: "forbidden",
  unreachable: "unreachable",
  throttled: "throttled",
  "invalid-answer": "invalid-answer",
  "refused-address": "refused-address",
};

export function codeOfReason(reason: ProviderErrorReason): RunCode {
  return PROVIDER_CODES[reason];
}
