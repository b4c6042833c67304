import type { Command } from "commander";

/** What may stand behind a command, as a shell completes it. */
export interface CommandWords {
  /** `backends add`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly OptionWords[];
  /** What its first argument may be, if known. */
  readonly argument: "backend" | "file" | readonly string[] | undefined;
}

export interface OptionWords {
  /** `--json` */
  readonly flag: string;
  readonly about: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Everything that can be completed, from the definitions of the commands themselves: they cannot drift apart. */
export function readCommands(program: Command, path = ""): CommandWords[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== "help");
  const own: CommandWords = {
    path,
    commands: commands.map((command) => ({ name: command.name(), about: brief(command.description()) })),
    options: help
      .visibleOptions(program)
      .flatMap(({ long, description, required, optional, argChoices }) =>
        long
          ? [{ flag: long, about: brief(description), takesValue: required || optional, choices: argChoices ?? [] }]
          : [],
      ),
    argument: argumentOf(program),
  };
  return [own, ...commands.flatMap((command) => readCommands(command, `${path} ${command.name()}`.trim()))];
}

function argumentOf(command: Command): CommandWords["argument"] {
  const [argument] = command.registeredArguments;
  if (!argument) return undefined;
  if (argument.argChoices) return argument.argChoices;
  if (argument.name() === "file") return "file";
  return argument.name() === "backend" || argument.description === "id of a backend" ? "backend" : undefined;
}

/** The first part of a description, short enough for a menu, without characters that are special to a shell. */
function brief(text: string): string {
  return (text.split(/[;:.,(]/)[0] ?? "").replaceAll(/['"`$\\[\]]/g, "").trim();
}
