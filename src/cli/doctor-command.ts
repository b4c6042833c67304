import type { Command } from "commander";
import { listBackends } from "../record/backends.ts";
import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { checkClock } from "./doctor/check-clock.ts";
import { checkCloud, checkListings } from "./doctor/check-backends.ts";
import { checkDatabase, checkKey, keyMode } from "./doctor/check-file.ts";
import { checkDisk, checkNode } from "./doctor/check-machine.ts";
import { checkRecord } from "./doctor/check-record.ts";
import { fail as failed, type Finding } from "./doctor/finding.ts";
import { configOf, openApp } from "./open-app.ts";
import { print, printJson } from "./print.ts";
import { printTable } from "./table.ts";

/** `fail` is called when something does not work: exit code 1. */
export function addDoctorCommand(program: Command, fail: () => void): void {
  program
    .command("doctor")
    .description("check settings, file, disk, clouds and clock of this machine")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex doctor\n  $ imagedex doctor --json\n\nAsk a running server with: imagedex backends check --server URL",
    )
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const findings = await examine(command);
      if (json) printJson(findings);
      else await printFindings(findings);
      if (findings.some(({ state }) => state === "fail")) fail();
    });
}

async function examine(command: Command): Promise<Finding[]> {
  const findings = [checkNode()];
  let config: Config;
  try {
    config = configOf(command);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...findings, failed("settings", error, "correct them in the environment, in .env or in the --config file")];
  }
  findings.push({ check: "settings", state: "ok", detail: "read" }, checkDisk(config.database));
  try {
    return [...findings, ...(await examineCatalogue(config))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      ...findings,
      failed("database", error, "see troubleshooting in docs/running.md; for a damaged file run: imagedex check"),
    ];
  }
}

async function examineCatalogue(config: Config): Promise<Finding[]> {
  const mode = keyMode(config.database);
  await using app = await openApp(config);
  const { registrar, catalogue } = app;
  const backends = listBackends(catalogue);
  const none: Finding[] =
    backends.length === 0
      ? [{ check: "backends", state: "warn", detail: "none", advice: "run: imagedex backends add" }]
      : [];
  // All clouds are asked at the same time, because each may be slow.
  const [clouds, clock] = await Promise.all([
    Promise.all(backends.map(async (backend) => checkCloud(registrar, backend))),
    checkClock(backends, () => new Date(), registrar.limits),
  ]);
  return [
    checkDatabase(catalogue, app.search),
    checkKey(catalogue, registrar.box, mode),
    ...(app.node ? [checkRecord(app.node.status())] : []),
    ...none,
    ...backends.flatMap((backend, at) => [clouds[at] ?? [], checkListings(registrar, backend)].flat()),
    clock,
  ];
}

async function printFindings(findings: readonly Finding[]): Promise<void> {
  await printTable(
    [{ heading: "CHECK" }, { heading: "STATE", isState: true }, { heading: "FOUND", isWrapped: true }],
    findings.map(({ check, state, detail }) => [check, state, detail]),
  );
  for (const { check, advice } of findings) if (advice !== undefined) print(`${check}: ${advice}`);
}
