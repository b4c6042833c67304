import { type Command, Option } from "commander";
import { BadRequestError } from "../errors.ts";
import type { AuditLevel } from "../http/audit/audit-rules.ts";
import { listFiles } from "./audit/list-files.ts";
import { AUDIT_FORMATS, type AuditFormat, printAudit } from "./audit/print-audit.ts";
import { type Audit, runAudit } from "./audit/run-audit.ts";
import { lookUpAt } from "./server/look-up.ts";
import { addServerOption, openAskedApi, type ServerOptions } from "./server/open-asked-api.ts";

const FAIL_ON = ["error", "warning", "note", "never"] as const;

interface AuditOptions extends ServerOptions {
  readonly output: AuditFormat;
  readonly json?: boolean;
  readonly failOn: (typeof FAIL_ON)[number];
}

export function addAuditCommand(program: Command, fail: () => void): void {
  const audited = program
    .command("audit")
    .description("find the image ids in files of any kind, and say which are gone, deprecated, old or look-alikes")
    .argument("[file...]", "files and folders; - or nothing reads standard input")
    .addOption(new Option("-o, --output <format>", "table, json or sarif").choices(AUDIT_FORMATS).default("table"))
    .option("--json", "the same as --output json")
    .addOption(
      new Option("--fail-on <level>", "exit with 1 at this level or worse").choices(FAIL_ON).default("warning"),
    );
  addServerOption(audited)
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex audit main.tf terraform.tfstate\n  $ imagedex audit --server https://imagedex.example.org -o sarif .\n" +
        "  $ aws ec2 describe-instances | imagedex audit\n" +
        "\nOnly ids leave this machine. Exit codes: 0 nothing found, 1 found something, 2 wrong use or settings.",
    )
    .action(async (files: string[], options: AuditOptions, command: Command) => {
      if (files.length === 0 && process.stdin.isTTY)
        throw new BadRequestError("expected files, or text on standard input");
      const given = listFiles(files.length === 0 ? ["-"] : files);
      const now = new Date().toISOString();
      await using api = await openAskedApi(command, options);
      const audit = await runAudit(given, lookUpAt(api), now);
      await printAudit(audit, options.json === true ? "json" : options.output);
      if (isWrong(audit, options.failOn)) fail();
    });
}

function isWrong({ rows, skipped }: Audit, failOn: AuditOptions["failOn"]): boolean {
  if (failOn === "never") return false;
  if (skipped.some(({ isFailure }) => isFailure)) return true;
  const levels: readonly AuditLevel[] = ["error", "warning", "note"];
  const bad = levels.slice(0, levels.indexOf(failOn) + 1);
  return rows.some(({ findings }) => findings.some(({ level }) => bad.includes(level)));
}
