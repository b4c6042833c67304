import { visibleText } from "../visible-text.ts";
import type { TextColumn } from "./lay-out.ts";

/** The width, if the terminal does not tell it. */
const DEFAULT_COLUMNS = 80;

/**
 * Prints rows in aligned columns under headings on a terminal, cut to its width; elsewhere as tab-separated lines, whole and
 * without headings.
 */
export async function printTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): Promise<void> {
  if (!process.stdout.isTTY) {
    for (const row of rows) process.stdout.write(`${row.map((cell) => visibleText(cell)).join("\t")}\n`);
    return;
  }
  // The module that measures texts takes as long to load as express; servers and pipes do without it.
  const { layOut } = await import("./lay-out.ts");
  const lines = layOut(columns, rows, process.stdout.columns || DEFAULT_COLUMNS);
  for (const line of lines) process.stdout.write(`${line}\n`);
}
