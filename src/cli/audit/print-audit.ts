import type { Audit, AuditedMention } from "./run-audit.ts";
import { worstOf } from "./run-audit.ts";
import { counted, note, printJson } from "../print.ts";
import { printTable } from "../table.ts";
import { sarifOf } from "./write-sarif.ts";

export const AUDIT_FORMATS = ["table", "json", "sarif"] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

/** Prints the findings; on standard error what was skipped, and a summary. */
export async function printAudit(audit: Audit, format: AuditFormat): Promise<void> {
  for (const { file, reason } of audit.skipped) note(`skipped ${file}: ${reason}`);
  if (format === "sarif") printJson(sarifOf(audit));
  else if (format === "json") printJson(jsonOf(audit));
  else {
    await printTable(
      [
        { heading: "LEVEL", isState: true },
        { heading: "IMAGE" },
        { heading: "WHERE" },
        { heading: "WHAT", isWrapped: true },
      ],
      audit.rows.map((row) => [worstOf(row.findings) ?? "ok", row.what, `${row.file}:${row.line}`, sayOf(row)]),
    );
  }
  note(sumOf(audit));
}

/** What is wrong with an image, or who owns it if nothing is. */
function sayOf({ findings, answer }: AuditedMention): string {
  const image = answer?.images[0];
  const messages = findings.map(({ message }) => message);
  if (messages.length > 0 || !image) return messages.join("; ");
  return `${image.name}, ${image.publisher ?? image.trust}${image.builds_behind === 0 ? ", newest build" : ""}`;
}

function sumOf({ files, rows, skipped }: Audit): string {
  const levels = rows.flatMap(({ findings }) => findings.map(({ level }) => level));
  const count = (level: string): number => levels.filter((one) => one === level).length;
  const images = new Set(rows.flatMap(({ answer }) => answer?.id ?? [])).size;
  const found = `${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}, ${counted(count("note"), "note")}`;
  const left = skipped.length === 0 ? "" : `; ${counted(skipped.length, "file")} skipped`;
  return `${counted(images, "image")} in ${counted(files, "file")}: ${found}${left}`;
}

function jsonOf({ rows, skipped }: Audit): unknown {
  return {
    mentions: rows.map(({ file, line, column, what, answer, findings }) => ({
      file,
      line,
      column,
      ...(answer ? { image: answer } : { lookup: what }),
      level: worstOf(findings) ?? "ok",
      findings,
    })),
    skipped: skipped.map(({ file, reason }) => ({ file, reason })),
  };
}
