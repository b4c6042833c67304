import type { CommandWords } from "./read-commands.ts";

/** The script that zsh autoloads as `_imagedex`, or evaluates. */
export function completeZsh(commands: readonly CommandWords[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => JSON.stringify(path));
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flag, choices }) => {
        const given = choices.length > 0 ? `compadd -- ${choices.join(" ")}` : "_files";
        return `    ${JSON.stringify(`${path} ${flag}`)}) ${given}; return ;;`;
      }),
  );
  const cases = commands.map(({ path, ...command }) => `    ${JSON.stringify(path)})\n${describe(command)}      ;;`);
  return `#compdef imagedex
_imagedex() {
  local path_="" word
  local -a described
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "\${path_:+$path_ }$word" in
    ${paths.join(" | ")}) path_="\${path_:+$path_ }$word" ;;
    esac
  done
  case "$path_ \${words[CURRENT - 1]}" in
${values.join("\n")}
  esac
  case "$path_" in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_imagedex" ]; then _imagedex "$@"; else compdef _imagedex imagedex; fi
`;
}

function describe({ commands, options, argument }: Omit<CommandWords, "path">): string {
  const lines = [
    ...commands.map(({ name, about }) => [name, about]),
    ...options.map(({ flag, about }) => [flag, about]),
  ];
  const described = lines.map(([word, about]) => `'${word}:${about}'`).join(" ");
  const more = Array.isArray(argument)
    ? `compadd -- ${argument.join(" ")}`
    : argument === "backend"
      ? 'compadd -- ${(f)"$(imagedex backends list 2>/dev/null | cut -f1)"}'
      : argument === "file"
        ? "_files"
        : "";
  return `      described=(${described})\n      _describe imagedex described\n${more === "" ? "" : `      ${more}\n`}`;
}
