import { styleText } from "node:util";
import stringWidth from "string-width";
import { visibleText } from "../visible-text.ts";

/** A column: its heading, and how it is shown on a terminal. */
export interface TextColumn {
  readonly heading: string;
  /** Numbers stand below each other at their last digits. */
  readonly isNumber?: boolean;
  /** Words such as `complete` and `failed` have colours. */
  readonly isState?: boolean;
  /** Never cut: what people copy, such as ids. */
  readonly isWhole?: boolean;
  /** Cut no shorter than this. */
  readonly minWidth?: number;
  /** Wrapped in place of being cut, for sentences. Only for the last column. */
  readonly isWrapped?: boolean;
  /** Cut in the middle: names of images differ at both ends. */
  readonly isCutInside?: boolean;
  /** Left out if the terminal is too narrow; the greatest number goes first. */
  readonly yields?: number;
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
/** The width that a column keeps by default when it is cut. */
const MIN_WIDTH = 12;

/** The lines of a table that fits into so many columns of a terminal, the headings first. */
export function layOut(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  terminalColumns: number,
): string[] {
  const all = columns.map((column, at): FilledColumn => {
    const texts = rows.map((row) => visibleText(row[at] ?? ""));
    const width = Math.max(stringWidth(column.heading), ...texts.map((text) => stringWidth(text)));
    return { ...column, texts, width };
  });
  const shown = shrink(withoutYielding(all, terminalColumns), terminalColumns);
  const line = (cells: readonly string[]): string => cells.join(GAP).trimEnd();
  const headings = line(shown.map((column) => place(column.heading, column)));
  const lines = rows.flatMap((_, at) => {
    const cells = shown.map((column) => wrap(column.texts[at] ?? "", column));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (__, row) =>
      line(shown.map((column, index) => place(cells[index]?.[row] ?? "", column))),
    );
  });
  return [styleText("bold", headings), ...lines];
}

interface FilledColumn extends TextColumn {
  readonly texts: readonly string[];
  readonly width: number;
}

function place(text: string, { isNumber, isState, isCutInside, width }: FilledColumn): string {
  const cut = stringWidth(text) <= width ? text : isCutInside ? cutInside(text, width) : cutTo(text, width);
  const pad = " ".repeat(Math.max(0, width - stringWidth(cut)));
  const color = isState ? COLORS[cut] : undefined;
  const shown = color === undefined ? cut : styleText(color, cut);
  return isNumber ? pad + shown : shown + pad;
}

/**
 * The lines of a text, broken at spaces if its column wraps. A word longer than the column has a line of its own and is cut.
 */
function wrap(text: string, { isWrapped, width }: FilledColumn): string[] {
  if (!isWrapped) return [text];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** How narrow a column may become. */
function leastOf({ isWhole, minWidth = MIN_WIDTH, width }: FilledColumn): number {
  return isWhole ? width : Math.min(width, minWidth);
}

/** Leaves out as few yielding columns as possible. */
function withoutYielding(columns: readonly FilledColumn[], terminalColumns: number): FilledColumn[] {
  let left = [...columns];
  while (sum(left.map(leastOf)) + GAP.length * (left.length - 1) > terminalColumns) {
    const first = left.filter(({ yields }) => yields).toSorted((a, b) => (b.yields ?? 0) - (a.yields ?? 0))[0];
    if (!first) return left;
    left = left.filter((column) => column !== first);
  }
  return left;
}

/** Takes from the widest column that may be cut until all fit, or none can be any narrower. */
function shrink(columns: readonly FilledColumn[], terminalColumns: number): FilledColumn[] {
  const widths = columns.map(({ width }) => width);
  const least = columns.map(leastOf);
  const available = terminalColumns - GAP.length * (columns.length - 1);
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const room = widths.map((width, at) => (width > (least[at] ?? 0) ? width : 0));
    const widest = room.indexOf(Math.max(...room));
    if ((room[widest] ?? 0) === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return columns.map((column, at) => ({ ...column, width: widths[at] ?? column.width }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** As much of a text as fits before an ellipsis. */
function cutTo(text: string, width: number): string {
  return `${beginOf(segmentsOf(text), width)}…`;
}

/** The begin and the end of a text around an ellipsis; the end is the longer one. */
function cutInside(text: string, width: number): string {
  const segments = segmentsOf(text);
  const begin = beginOf(segments, Math.ceil(width / 3));
  const end = beginOf(segments.toReversed(), width - stringWidth(begin));
  return `${begin}…${segmentsOf(end).toReversed().join("")}`;
}

/** The first of some characters, narrower than a width. */
function beginOf(segments: readonly string[], width: number): string {
  let begin = "";
  for (const segment of segments) {
    if (stringWidth(begin + segment) >= width) break;
    begin += segment;
  }
  return begin;
}

function segmentsOf(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}
