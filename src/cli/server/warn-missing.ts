import type { AgentAnswer } from "../../http/mcp/agent-api.ts";
import type { MissingCode } from "../../catalogue/read/source-readiness.ts";
import { note } from "../print.ts";

const REASONS: Readonly<Record<MissingCode, string>> = {
  pending: "the first listing is not complete",
  forbidden: "permission refused",
  credentials: "credentials missing or refused",
  disabled: "its backend is disabled",
  failed: "never listed; its syncs fail",
  unanswered: "its cloud did not answer",
};

/** A line on standard error: what an answer lacks. */
export function warnMissing({ header }: AgentAnswer): void {
  const missing = header("x-catalogue-missing");
  if (missing === undefined) return;
  const entries = missing.split(", ").map((entry) => {
    const [name = "", code] = entry.split("; ");
    const reason = Object.entries(REASONS).find(([each]) => each === code)?.[1];
    return reason === undefined ? entry : `${decodeURIComponent(name)} (${reason})`;
  });
  note(`warning: this answer is partial; missing: ${entries.join("; ")}`);
}
