import { inspect } from "node:util";
import { Command, CommanderError, Help, Option } from "commander";
import { addAuditCommand } from "./cli/audit-command.ts";
import { addBackendCommands } from "./cli/backends-command.ts";
import { addChangesCommand } from "./cli/changes-command.ts";
import { addCheckCommand } from "./cli/check-command.ts";
import { endWithReader } from "./cli/closed-pipe.ts";
import { addCompletionCommand } from "./cli/completion-command.ts";
import { addDemoCommand } from "./cli/demo-command.ts";
import { addDoctorCommand } from "./cli/doctor-command.ts";
import { fillInTruths } from "./cli/choices.ts";
import { endWithParent } from "./cli/end-with-parent.ts";
import { addExportCommand } from "./cli/export-command.ts";
import { addFacetsCommand } from "./cli/facets-command.ts";
import { addImagesCommands } from "./cli/images-command.ts";
import { addImportCommand } from "./cli/import-command.ts";
import { addMcpCommand } from "./cli/mcp-command.ts";
import { addNewestCommand } from "./cli/newest-command.ts";
import { note } from "./cli/print.ts";
import { addProvidersCommand } from "./cli/providers-command.ts";
import { addRegionsCommand } from "./cli/regions-command.ts";
import { addSearchCommands } from "./cli/search-command.ts";
import { truths } from "./cli/search-options.ts";
import { addServeCommand } from "./cli/serve-command.ts";
import { addStarCommand } from "./cli/star-command.ts";
import { addStatsCommand } from "./cli/stats-command.ts";
import { addSyncCommand } from "./cli/sync-command.ts";
import { addTokenCommands } from "./cli/tokens-command.ts";
import { readConfig } from "./config.ts";
import {
  BadRequestError,
  BusyError,
  CommandError,
  ConfigError,
  NotFoundError,
  ProviderError,
  StorageError,
} from "./errors.ts";
import { visibleText } from "./visible-text.ts";
import { version } from "./version.ts";

/** The command line, all of it. `fail` is called when a command that ran did not succeed. */
export function createProgram(fail: () => void): Command {
  const program: Command = new Command("imagedex")
    .description("Every machine image of your cloud backends in one SQLite file, searched in about a millisecond")
    .version(version())
    .option(
      "--config <file>",
      "read settings from a file of NAME=value lines; the environment wins (default: .env, if present)",
    )
    .addOption(new Option("--end-with-parent", "for scripts of package.json").hideHelp())
    .hook("preAction", () => {
      if (program.opts()["endWithParent"] === true) endWithParent();
    })
    .addHelpText(
      "after",
      "\nExamples:\n  $ imagedex demo\n  $ imagedex backends add --provider simplestreams --id ubuntu\n" +
        "  $ imagedex sync\n  $ imagedex find jammy arm64\n  $ imagedex serve\n" +
        "\nExit codes: 0 done, 1 failed or found wrong (a sync, a check, an audit), 2 wrong use or settings.",
    )
    .configureOutput({ writeErr: (text) => process.stderr.write(visibleText(text, "\n")) })
    .configureHelp({ minWidthToWrap: 20, optionDescription: describeOption })
    .exitOverride();
  program.commandsGroup("Find images:");
  addSearchCommands(program);
  addNewestCommand(program);
  addImagesCommands(program);
  addRegionsCommand(program);
  addChangesCommand(program);
  addFacetsCommand(program);
  addAuditCommand(program, fail);
  addStarCommand(program);
  program.commandsGroup("Clouds and their listings:");
  addBackendCommands(program, fail);
  addSyncCommand(program, fail);
  addProvidersCommand(program);
  program.commandsGroup("Serve:");
  addServeCommand(program);
  addTokenCommands(program);
  addMcpCommand(program);
  addDemoCommand(program);
  program.commandsGroup("Look after the catalogue:");
  addStatsCommand(program);
  addDoctorCommand(program, fail);
  addCheckCommand(program, fail);
  addExportCommand(program);
  addImportCommand(program);
  program.commandsGroup("Help:");
  addCompletionCommand(program);
  program.helpCommand("help [command]", "show the help of a command");
  pointToHelp(program, "imagedex");
  return program;
}

/** Wrong use of a command points to the help of that command. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(see ${words} --help)`);
  for (const inner of command.commands) pointToHelp(inner, `${words} ${inner.name()}`);
}

/** Words that stand in the option already need not be told again. */
function describeOption(option: Option): string {
  return option.flags.includes("|") ? option.description : new Help().optionDescription(option);
}

/** Runs one command. Returns the exit code: 0 done, 1 failed, 2 wrong use. */
export async function runCli(args: readonly string[]): Promise<number> {
  let failed = false;
  endWithReader();
  const program = createProgram(() => (failed = true));
  try {
    await program.parseAsync(fillInTruths(args, truths()), { from: "user" });
    return failed ? 1 : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return explain(error, isDebugging(program));
  }
}

const WRONG_USE = [ConfigError, BadRequestError, NotFoundError];
/** Their messages say all that there is to say. */
const EXPECTED = [...WRONG_USE, CommandError, ProviderError, StorageError, BusyError];

/** Says on standard error what went wrong, where it happened if somebody debugs, and how to see that if nobody expected it. */
function explain(error: unknown, isDebug: boolean): number {
  const isWrongUse = WRONG_USE.some((kind) => error instanceof kind);
  const message = error instanceof Error ? error.message : String(error);
  // Several lines are ours only where wrong use is explained; elsewhere a cloud may have written them.
  const lines = isWrongUse ? message.split("\n") : [message];
  for (const line of lines) note(`imagedex: ${line}`);
  if (isDebug) process.stderr.write(`${visibleText(inspect(error), "\n")}\n`);
  else if (!EXPECTED.some((kind) => error instanceof kind))
    note("imagedex: unexpected error; run the command again with IMAGEDEX_LOG_LEVEL=debug to see the stack trace");
  return isWrongUse ? 2 : 1;
}

function isDebugging(program: Command): boolean {
  const { config }: { config?: string } = program.opts();
  try {
    return readConfig(config).logLevel === "debug";
  } catch {
    // The settings are wrong; that is what is being explained.
    return false;
  }
}
