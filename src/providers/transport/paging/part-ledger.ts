import { ProviderError } from "../../../errors.ts";
import type { FailedPart, ImagePage } from "../../provider.ts";

/** When this many parts in a row do not answer, the cloud counts as out of reach, and the rest are not asked. */
const MAX_OUT_OF_REACH = 3;

/** What became of the parts of one listing. */
export interface PartLedger {
  /** Why this part need not be asked any more: it failed already, or the cloud is out of reach. Undefined: it must be asked. */
  passOver(part: string): "failed" | FailedPart | undefined;
  /** An answer came from this part. */
  answered(part: string): void;
  /**
   * The part's failure, for its page; undefined where that was told already. Throws `error` itself where it is no failure of
   * one part alone.
   */
  fail(part: string, error: unknown): FailedPart | undefined;
  /** Throws the first failure where every part failed. */
  close(): void;
}

/** `judge` says what a failure means where it differs from what its error says. */
export function createPartLedger(judge: (error: ProviderError) => ProviderError["reason"] = reasonOf): PartLedger {
  const seen = new Set<string>();
  const failed = new Set<string>();
  let first: ProviderError | undefined;
  let latest: ProviderError | undefined;
  let outOfReach = 0;
  const note = (part: string, failure: FailedPart): FailedPart => {
    failed.add(part);
    return failure;
  };
  return {
    passOver(part) {
      seen.add(part);
      if (failed.has(part)) return "failed";
      if (!latest || outOfReach < MAX_OUT_OF_REACH) return undefined;
      return note(part, { part, reason: latest.reason, message: `${part}: not asked after ${latest.message}` });
    },
    answered: () => void (outOfReach = 0),
    fail(part, error) {
      if (!(error instanceof ProviderError) || error.reason === "credentials") throw error;
      if (failed.has(part)) return undefined;
      first ??= error;
      latest = error;
      outOfReach = error.reason === "unreachable" || error.reason === "throttled" ? outOfReach + 1 : 0;
      const message = error.message.includes(part) ? error.message : `${part}: ${error.message}`;
      return note(part, { part, reason: judge(error), message });
    },
    close() {
      if (!first || failed.size < seen.size) return;
      // The pages of the parts told of the calls.
      first.calls = 0;
      throw first;
    },
  };
}

/** An empty page of a part that says that the part failed, unless an earlier page said so. */
export function failedPage(part: string, failure: FailedPart | undefined, calls: number): ImagePage {
  return { images: [], rejected: [], calls, part, ...(failure && { failedParts: [failure] }) };
}

function reasonOf({ reason }: ProviderError): ProviderError["reason"] {
  return reason;
}
