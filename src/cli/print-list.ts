import { type Command, Option } from "commander";
import { csvLine } from "../http/answering/csv-line.ts";
import { BadRequestError } from "../errors.ts";
import { note, print, printJson, printLines } from "./print.ts";
import type { TextColumn } from "./lay-out.ts";
import { printTable } from "./table.ts";

/** How a list can be printed. */
export const OUTPUTS = ["table", "json", "csv", "ndjson", "id"] as const;
export type Output = (typeof OUTPUTS)[number];

export interface OutputOptions {
  readonly json?: boolean;
  readonly output?: Output;
}

/** Adds `-o` and `--json`, described in the same words for all commands that print a list. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option("-o, --output <form>", "what to print (default: table)").choices(OUTPUTS))
    .option("--json", "the same as --output json");
}

/** Throws BadRequestError where the two contradict each other. */
export function outputOf({ json, output }: OutputOptions): Output {
  if (json && output !== undefined && output !== "json")
    throw new BadRequestError(`--json and --output ${output}: choose one`);
  return output ?? (json ? "json" : "table");
}

/** A column of a table, with what stands in it. */
export interface ListColumn<Row> extends TextColumn {
  readonly text: (row: Row) => string;
}

interface List<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly ListColumn<Row>[];
  /** The fields of a row, in order; a list without rows needs them for its CSV header. */
  readonly fields: readonly string[];
  readonly idOf: (row: Row) => string;
  /** The note in place of an empty table. */
  readonly none: string;
}

/** Prints a list; the names of JSON and CSV are those of the rows' own members. */
export async function printList<Row extends object>(
  output: Output,
  { rows, columns, fields, idOf, none }: List<Row>,
): Promise<void> {
  if (output === "json") return printJson(rows);
  if (output === "id") return rows.forEach((row) => print(idOf(row)));
  if (output === "ndjson") return printLines(rows.map((row) => JSON.stringify(row)).join("\n"));
  if (output === "csv") {
    const cells = rows.map((row) => {
      const values = new Map<string, unknown>(Object.entries(row));
      return fields.map((field) => values.get(field));
    });
    return printLines([fields, ...cells].map(csvLine).join(""));
  }
  if (rows.length === 0) return note(none);
  await printTable(
    columns,
    rows.map((row) => columns.map(({ text }) => text(row))),
  );
}
