import type { Command } from "commander";
import { checkCatalogue, type CheckResult } from "../catalogue/transfer/check-catalogue.ts";
import { openForeign } from "../catalogue/file/open-catalogue.ts";
import { configOf } from "./open-app.ts";
import { showChecks } from "./check-progress.ts";
import { print, printJson } from "./print.ts";
import { printTable } from "./table.ts";

/** `fail` is called when something is wrong: exit code 1. */
export function addCheckCommand(program: Command, fail: () => void): void {
  program
    .command("check")
    .description("check a catalogue file: SQLite structures, references, indexes")
    .argument("[file]", "a catalogue (default: IMAGEDEX_DATABASE)")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ imagedex check\n  $ imagedex check backup.db --json")
    .action(async (given: string | undefined, { json }: { json?: boolean }, command: Command) => {
      const file = given ?? configOf(command).database;
      using catalogue = openForeign(file);
      using progress = showChecks();
      const results = [...checkCatalogue(catalogue, progress.onLooked)];
      const isWhole = results.every(({ troubles }) => troubles.length === 0);
      if (json) printJson({ file, whole: isWhole, checks: results });
      else await printResults(results);
      if (!isWhole) fail();
    });
}

async function printResults(results: readonly CheckResult[]): Promise<void> {
  await printTable(
    [{ heading: "CHECK" }, { heading: "CHECKED", isNumber: true }, { heading: "RESULT", isState: true }],
    results.map(({ check, looked, troubles }) => [check, String(looked), troubles.length === 0 ? "ok" : "WRONG"]),
  );
  for (const { check, troubles } of results) for (const trouble of troubles) print(`${check}: ${trouble}`);
}
