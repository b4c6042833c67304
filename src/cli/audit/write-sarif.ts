import { createHash } from "node:crypto";
import { relative, sep } from "node:path";
import { AUDIT_RULES } from "../../http/audit/audit-rules.ts";
import { version } from "../../version.ts";
import type { Audit, AuditedMention } from "./run-audit.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** An audit as a SARIF 2.1.0 log, which GitHub and others show beside the code. */
export function sarifOf({ rows, skipped }: Audit): unknown {
  const rules = Object.entries(AUDIT_RULES).map(([id, { level, summary }]) => ({
    id,
    shortDescription: { text: summary },
    defaultConfiguration: { level },
  }));
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "imagedex", version: version(), rules } },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: !skipped.some(({ isFailure }) => isFailure),
            toolExecutionNotifications: skipped.map(({ file, reason, isFailure }) => ({
              level: isFailure ? "error" : "note",
              message: { text: `${file} was skipped: ${reason}` },
            })),
          },
        ],
        results: rows.flatMap((row) =>
          resultsOf(
            row,
            rules.map(({ id }) => id),
          ),
        ),
      },
    ],
  };
}

function resultsOf(row: AuditedMention, rules: readonly string[]): unknown[] {
  const { file, line, column, what, findings } = row;
  const artifactLocation = { uri: uriOf(file) };
  return findings.map(({ rule, level, message }) => ({
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region: { startLine: line, startColumn: column } } }],
    // The fingerprint stays the same when lines above the finding come and go.
    partialFingerprints: {
      "imagedex/v1": createHash("sha256")
        .update([rule, uriOf(file), what].join("\n"))
        .digest("hex"),
    },
  }));
}

/** A relative reference with `/` between its parts. */
function uriOf(file: string): string {
  if (file === "-") return "stdin";
  const path = relative(process.cwd(), file) || file;
  return path.split(sep).map(encodeURIComponent).join("/");
}
