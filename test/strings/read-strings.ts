import { parseAst } from "vite";

/** A text of the source, as users may read it. */
export interface SourceString {
  readonly line: number;
  /** What is put in stands as `{…}`. */
  readonly text: string;
}

/** The texts of a file that look like prose: two words or more, no SQL, no pattern. */
export function readStrings(file: string, source: string): SourceString[] {
  const found = /\.tsx?$/.test(file) ? readScript(file, source) : readLines(source);
  return found.filter(({ text }) => isProse(text));
}

function readScript(file: string, source: string): SourceString[] {
  const found: SourceString[] = [];
  const lineOf = (start: number): number => source.slice(0, start).split("\n").length;
  const add = (start: number, text: string): void =>
    void found.push({ line: lineOf(start), text: text.replaceAll(/\s+/g, " ").trim() });
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const { type, start, value, quasis } = node as {
      type?: string;
      start?: number;
      value?: unknown;
      quasis?: { value: { cooked: string | null } }[];
    };
    if (type === "ImportDeclaration") return;
    if (type === "Literal" && typeof value === "string") add(start ?? 0, value);
    else if (type === "JSXText" && typeof value === "string") add(start ?? 0, value);
    else if (type === "TemplateLiteral" && quasis)
      add(start ?? 0, quasis.map((quasi) => quasi.value.cooked ?? "").join("{…}"));
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: file.endsWith("x") ? "tsx" : "ts" }));
  return found.toSorted((a, b) => a.line - b.line);
}

/** What stands after a colon, or inside of an element. */
function readLines(source: string): SourceString[] {
  return source.split("\n").map((text, at) => ({ line: at + 1, text: text.trim() }));
}

const SQL = /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|FROM|WHERE|ORDER BY|BEGIN|VALUES|JOIN)\b/;
/** Class names, header values, addresses. */
const CODE = /^[^a-z]*$|^(?:https?:|\/|\.|--|#|@|<)|^[\w-]+(?:[/:=.][\w-]+)+$|^(?:[a-z][\w-]* )+[a-z]+-[a-z]+$/;

function isProse(text: string): boolean {
  const words = text.match(/[A-Za-z]{2,}/g) ?? [];
  return words.length >= 2 && /\s/.test(text) && !SQL.test(text) && !CODE.test(text);
}
