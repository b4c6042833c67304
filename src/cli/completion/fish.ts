import type { CommandWords } from "./read-commands.ts";

/** The script that fish keeps in `~/.config/fish/completions/imagedex.fish`. */
export function completeFish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap((command) => linesOf(command, conditionOf(command)));
  return `# fish completion for imagedex\ncomplete -c imagedex -f\n${lines.join("\n")}\n`;
}

/** Holds when the words before are this command's, and none of those below it. */
function conditionOf({ path, commands }: CommandWords): string {
  const seen = path
    .split(" ")
    .filter(Boolean)
    .map((name) => `__fish_seen_subcommand_from ${name}`);
  const below = commands.map(({ name }) => name).join(" ");
  return [...seen, ...(below === "" ? [] : [`not __fish_seen_subcommand_from ${below}`])].join("; and ");
}

function linesOf({ commands, options, argument }: CommandWords, condition: string): string[] {
  const when = `complete -c imagedex -n '${condition}'`;
  const lines = commands.map(({ name, about }) => `${when} -a ${name} -d '${about}'`);
  for (const { flag, about, takesValue, choices } of options) {
    const value = choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : takesValue ? " -r" : "";
    lines.push(`${when} -l ${flag.slice(2)}${value} -d '${about}'`);
  }
  if (Array.isArray(argument)) lines.push(`${when} -a '${argument.join(" ")}'`);
  if (argument === "backend") lines.push(`${when} -a '(imagedex backends list 2>/dev/null | cut -f1)'`);
  if (argument === "file") lines.push(`${when} -F`);
  return lines;
}
