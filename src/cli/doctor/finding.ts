/** The result of one check. */
export interface Finding {
  /** What was checked: `database`, `backend ireland`. */
  readonly check: string;
  /** `warn`: it works, but perhaps not for long. */
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it; absent when all is well. */
  readonly advice?: string;
}

export function fail(check: string, error: unknown, advice: string): Finding {
  return { check, state: "fail", detail: error instanceof Error ? error.message : String(error), advice };
}
