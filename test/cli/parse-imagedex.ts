import type { Command } from "commander";
import { createProgram } from "../../src/cli.ts";

/** Parses what stands behind `imagedex`, without doing anything. Throws CommanderError for what cannot be typed. */
export function parseImagedex(args: readonly string[]): void {
  const program = createProgram(() => undefined);
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    command.action(() => undefined);
  }
  program.parse([...args], { from: "user" });
}

/** The program and all below it, without `help`. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
