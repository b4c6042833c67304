import { Argument, type Command } from "commander";
import { completeBash } from "./completion/bash.ts";
import { completeFish } from "./completion/fish.ts";
import { type CommandWords, readCommands } from "./completion/read-commands.ts";
import { completeZsh } from "./completion/zsh.ts";

const SHELLS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: completeBash,
  zsh: completeZsh,
  fish: completeFish,
};

export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands, options and backends in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SHELLS)))
    .addHelpText(
      "after",
      "\nExamples:\n  $ source <(imagedex completion bash)   # in ~/.bashrc\n  $ source <(imagedex completion zsh)    # in ~/.zshrc\n" +
        "  $ imagedex completion fish > ~/.config/fish/completions/imagedex.fish",
    )
    .action((shell: string) => void process.stdout.write(SHELLS[shell]?.(readCommands(program)) ?? ""));
}
