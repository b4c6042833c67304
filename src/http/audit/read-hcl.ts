/** A block of HCL, as Terraform and Packer write it: `data "aws_ami" "web" { … }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  /** Where it begins: characters from the beginning of the text. */
  readonly offset: number;
  /** The text of each attribute's value. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly blocks: readonly HclBlock[];
}

interface HclToken {
  readonly kind: "word" | "string" | "mark" | "line" | "end";
  readonly text: string;
  readonly offset: number;
}

/** Deeper blocks are not read. */
const MOST_DEPTH = 40;

// One alternative for each kind of token; comments and blanks have no name.
const TOKENS =
  /(?<line>\n)|(?<skipped>[ \t\r\f]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|<<[-~]?(?<heredoc>[A-Za-z_]\w*)\r?\n|(?<word>[A-Za-z_][\w.-]*)|(?<quote>")|(?<mark>[\s\S])/y;

/**
 * Reads the blocks of a text, as many as can be recognised; text that is not valid HCL is not refused. Expressions are kept as
 * text.
 */
export function readHcl(text: string): HclBlock[] {
  const tokens = tokensOf(text);
  let token = next(tokens);
  const advance = (): HclToken => {
    const was = token;
    if (was.kind !== "end") token = next(tokens);
    return was;
  };

  const readBody = (depth: number): Pick<HclBlock, "attributes" | "blocks"> => {
    const attributes = new Map<string, string>();
    const blocks: HclBlock[] = [];
    while (token.kind !== "end" && !isMark(token, "}")) {
      const first = advance();
      if (first.kind !== "word" && first.kind !== "string") continue;
      if (isMark(token, "=")) {
        advance();
        attributes.set(first.text, readExpression());
        continue;
      }
      const labels: string[] = [];
      while (token.kind === "word" || token.kind === "string") labels.push(advance().text);
      if (!isMark(token, "{") || depth >= MOST_DEPTH) continue;
      advance();
      blocks.push({ type: first.text, labels, offset: first.offset, ...readBody(depth + 1) });
      if (isMark(token, "}")) advance();
    }
    return { attributes, blocks };
  };

  /** To the end of the line, or of the bracket that opens on it. */
  const readExpression = (): string => {
    const from = token.offset;
    for (let open = 0; token.kind !== "end"; advance()) {
      if (open === 0 && (token.kind === "line" || isMark(token, "}"))) break;
      if (token.kind === "mark" && /[[({]/.test(token.text)) open++;
      if (token.kind === "mark" && /[\])}]/.test(token.text)) open--;
    }
    return text.slice(from, token.offset).trim();
  };

  const blocks: HclBlock[] = [];
  // A stray closing bracket does not end the reading.
  for (; token.kind !== "end"; advance()) blocks.push(...readBody(0).blocks);
  return blocks;
}

function isMark({ kind, text }: HclToken, mark: string): boolean {
  return kind === "mark" && text === mark;
}

function next(tokens: Iterator<HclToken, HclToken>): HclToken {
  return tokens.next().value;
}

function* tokensOf(text: string): Generator<HclToken, HclToken> {
  const endOfHeredoc = createHeredocs(text);
  for (let at = 0; at < text.length;) {
    TOKENS.lastIndex = at;
    const groups = TOKENS.exec(text)?.groups ?? {};
    const offset = at;
    if (groups["quote"] !== undefined) {
      at = endOfString(text, at);
      yield { kind: "string", text: text.slice(offset + 1, at - 1), offset };
      continue;
    }
    at = TOKENS.lastIndex;
    if (groups["heredoc"] !== undefined) {
      at = endOfHeredoc(groups["heredoc"], at);
      yield { kind: "string", text: "", offset };
    } else if (groups["line"] !== undefined) yield { kind: "line", text: "\n", offset };
    else if (groups["word"] !== undefined) yield { kind: "word", text: groups["word"], offset };
    else if (groups["mark"] !== undefined) yield { kind: "mark", text: groups["mark"], offset };
  }
  return { kind: "end", text: "", offset: text.length };
}

/** Finds the end of a heredoc: the first line after `from` that holds its tag alone; else the end of the text. */
function createHeredocs(text: string): (tag: string, from: number) => number {
  let ends: Map<string, number[]> | undefined;
  return (tag, from) => {
    ends ??= linesOfOneWord(text);
    return ends.get(tag)?.find((end) => end > from) ?? text.length;
  };
}

/** The ends of the lines that consist of one word, by the word. */
function linesOfOneWord(text: string): Map<string, number[]> {
  const ends = new Map<string, number[]>();
  for (const { 0: line, 1: word = "", index } of text.matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*\r?$/gm)) {
    const known = ends.get(word);
    if (known) known.push(index + line.length);
    else ends.set(word, [index + line.length]);
  }
  return ends;
}

/** The offset after the closing quote of the string that begins here; `${"…"}` may contain further strings. */
function endOfString(text: string, from: number, depth = 0): number {
  if (depth > MOST_DEPTH) return text.length;
  let templates = 0;
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "\n" && templates === 0) return at;
    else if (character === "$" && text[at + 1] === "{" && text[at - 1] !== "$") {
      templates++;
      at++;
    } else if (character === "}" && templates > 0) templates--;
    else if (character === '"' && templates === 0) return at + 1;
    else if (character === '"') at = endOfString(text, at, depth + 1) - 1;
  }
  return text.length;
}
