import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A command as a shell would start it. */
export interface ShellCommand {
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** Files, by name. */
  readonly input: string | undefined;
  readonly output: string | undefined;
}

const TOKEN = /\s*(?:#.*|(?<redirect>[<>])\s*|(?<word>(?:'[^']*'|"[^"]*"|[^\s'"<>|&;])+)|(?<other>[|&;]+))/y;

/**
 * Cuts a line into the commands that `&&`, `|` and `;` join. It knows quotes, comments, `NAME=value`, `< file`, `> file` and
 * `$(cat file)`, whose file is in `folder`; what else a shell does stays as it is written. Throws where a quote is not closed.
 */
export function readCommandLine(line: string, folder?: string): ShellCommand[] {
  const commands: { env: Record<string, string>; words: string[]; input?: string; output?: string }[] = [];
  let current: (typeof commands)[number] = { env: {}, words: [] };
  let redirect: string | undefined;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < line.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const { groups } = TOKEN.exec(line) ?? {};
    if (!groups) throw new Error(`not a command line from character ${at} on: ${line}`);
    if (groups["redirect"]) redirect = groups["redirect"];
    else if (groups["other"]) {
      commands.push(current);
      current = { env: {}, words: [] };
    } else if (groups["word"] !== undefined) {
      const word = unquoted(groups["word"], folder);
      const [, name, value] = /^([A-Z_]+)=(.*)$/s.exec(word) ?? [];
      if (redirect === "<") current.input = word;
      else if (redirect === ">") current.output = word;
      else if (current.words.length === 0 && name && value !== undefined) current.env[name] = value;
      else current.words.push(word);
      redirect = undefined;
    }
  }
  commands.push(current);
  return commands.map((command) => ({ input: undefined, output: undefined, ...command }));
}

function unquoted(word: string, folder: string | undefined): string {
  return word.replaceAll(
    /'([^']*)'|"([^"]*)"/g,
    (_, single?: string, double?: string) => single ?? filled(double ?? "", folder),
  );
}

function filled(text: string, folder: string | undefined): string {
  if (folder === undefined) return text;
  return text.replaceAll(/\$\(cat ([\w.-]+)\)/g, (_, file: string) => readFileSync(join(folder, file), "utf8").trim());
}
