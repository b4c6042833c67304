import { visibleText } from "../visible-text.ts";
import type { TextColumn } from "./lay-out.ts";

/** Where a terminal does not tell. */
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
  // What measures texts takes as long to load as express: servers, and all that writes into a pipe, do without.
  const { layOut } = await import("./lay-out.ts");
  const lines = layOut(columns, rows, process.stdout.columns || DEFAULT_COLUMNS);
  for (const line of lines) process.stdout.write(`${line}\n`);
}
