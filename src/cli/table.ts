import { styleText } from "node:util";
import stringWidth from "string-width";
import { visibleText } from "../visible-text.ts";

/** A column: its heading, and how it is shown on a terminal. */
export interface Column {
  readonly heading: string;
  /** Numbers stand below each other at their last digits. */
  readonly isNumber?: boolean;
  /** Words such as `complete` and `failed` have colours. */
  readonly isState?: boolean;
}

type Format = Parameters<typeof styleText>[0];

/** Unless NO_COLOR says otherwise. */
const COLORS: Readonly<Record<string, Format>> = {
  ok: "green",
  complete: "green",
  warn: "yellow",
  warning: "yellow",
  error: "red",
  refused: "red",
  failed: "red",
  fail: "red",
  WRONG: "red",
};
const GAP = "  ";
/** A column is cut no shorter than this. */
const MIN_WIDTH = 12;
/** Where a terminal does not tell. */
const DEFAULT_COLUMNS = 80;

/**
 * Prints rows in aligned columns under headings on a terminal, cut to its width; elsewhere as tab-separated lines, whole and
 * without headings.
 */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  if (!process.stdout.isTTY) {
    for (const row of rows) process.stdout.write(`${row.map((cell) => visibleText(cell)).join("\t")}\n`);
    return;
  }
  const lines = layOut(columns, rows, process.stdout.columns || DEFAULT_COLUMNS);
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** The lines of a table that fits into so many columns of a terminal, the headings first. */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminalColumns: number,
): string[] {
  const texts = rows.map((row) => columns.map((_, at) => visibleText(row[at] ?? "")));
  const widths = columns.map(({ heading }, at) =>
    Math.max(stringWidth(heading), ...texts.map((row) => stringWidth(row[at] ?? ""))),
  );
  shrink(widths, terminalColumns - GAP.length * (columns.length - 1));
  const place = (text: string, at: number): string => {
    const { isNumber, isState } = columns[at] ?? {};
    const cut = cutTo(text, widths[at] ?? 0);
    const pad = " ".repeat(Math.max(0, (widths[at] ?? 0) - stringWidth(cut)));
    const color = isState ? COLORS[cut] : undefined;
    const shown = color === undefined ? cut : styleText(color, cut);
    return isNumber ? pad + shown : shown + pad;
  };
  const headings = columns.map(({ heading }, at) => place(heading, at)).join(GAP);
  return [styleText("bold", headings.trimEnd()), ...texts.map((row) => row.map(place).join(GAP).trimEnd())];
}

/** Takes from the widest column until all fit, or none can be any narrower. */
function shrink(widths: number[], available: number): void {
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= MIN_WIDTH) return;
    widths[widest] = width - 1;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The text, or as much of it as fits before an ellipsis. */
function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(cut + segment) >= width) break;
    cut += segment;
  }
  return `${cut}…`;
}
