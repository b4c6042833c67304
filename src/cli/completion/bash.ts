import type { CommandWords } from "./read-commands.ts";

/** The script that bash sources. */
export function completeBash(commands: readonly CommandWords[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => JSON.stringify(path));
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ flag, choices }) =>
          `    ${JSON.stringify(`${path} ${flag}`)}) words=${JSON.stringify(choices.join(" "))} ;;`,
      ),
  );
  const words = commands.map(({ path, ...command }) => `    ${JSON.stringify(path)}) words=${wordsOf(command)} ;;`);
  return `# bash completion for imagedex: source this file
_imagedex() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${paths.join(" | ")}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $prev" in
${values.join("\n")}
  *)
    case "$path" in
${words.join("\n")}
    esac
    ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _imagedex imagedex
`;
}

function wordsOf({ commands, options, argument }: Omit<CommandWords, "path">): string {
  const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)];
  if (Array.isArray(argument)) words.push(...argument);
  const known = JSON.stringify(words.join(" "));
  // Asks the catalogue each time, because its backends change.
  return argument === "backend" ? `${known}" $(imagedex backends list 2>/dev/null | cut -f1)"` : known;
}
