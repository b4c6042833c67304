import type { Request } from "express";
import { z } from "zod";
import { TOLD_COLUMNS } from "../../catalogue/facts/told-columns.ts";
import type { EntryShape } from "../../catalogue/read/read-entries.ts";
import { csvLine } from "./csv-line.ts";
import { NotAcceptableError } from "../../errors.ts";

/** The formats of image lists, with their media types. */
export const IMAGE_FORMATS = ["json", "csv", "ndjson"] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<ImageFormat, string>> = {
  json: "application/json",
  csv: "text/csv",
  ndjson: "application/x-ndjson",
};

/** The format that a request's `Accept` asks for; JSON if it accepts anything. Throws NotAcceptableError if it accepts none. */
export function acceptedFormat(req: Request): ImageFormat {
  const asked = req.get("accept");
  if (asked === undefined || asked === "*/*") return IMAGE_FORMATS[0];
  const types = IMAGE_FORMATS.map((format) => MEDIA_TYPES[format]);
  const accepted = req.accepts(types);
  const format = IMAGE_FORMATS.find((each) => MEDIA_TYPES[each] === accepted);
  if (format) return format;
  throw new NotAcceptableError(
    `Accept: ${String(req.get("accept"))} is not offered; expected one of ${types.join(", ")}`,
  );
}

const entries = z.array(z.record(z.string(), z.unknown()));

/** Converts the pieces of a JSON array of entries to another format. Each piece has whole entries and their separators. */
export function* inFormat(
  pieces: Iterable<Buffer | undefined>,
  format: ImageFormat,
  shape: EntryShape,
): Generator<Buffer | undefined, void> {
  if (format === "json") return yield* pieces;
  const columns = columnsOf(shape);
  if (format === "csv") yield Buffer.from(csvLine(columns));
  for (const piece of pieces) {
    const text = piece?.toString().replace(/^[[,]/, "").replace(/\]$/, "");
    if (text === undefined) yield undefined;
    else if (text !== "") yield Buffer.from(format === "csv" ? csvOf(text, columns) : linesOf(text));
  }
}

function linesOf(text: string): string {
  return entries
    .parse(JSON.parse(`[${text}]`))
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join("");
}

/** In the order of an entry. */
function columnsOf({ withBackend, extended }: EntryShape): string[] {
  const derived = ["publisher", "trust", "family", "latest", "deprecated_at", "retired_at"];
  return [
    ...(withBackend ? ["backend_id"] : []),
    "star",
    "id",
    "name",
    "extra",
    ...(extended ? [...derived, ...TOLD_COLUMNS.map(({ name }) => name)] : []),
  ];
}

function csvOf(text: string, columns: readonly string[]): string {
  return entries
    .parse(JSON.parse(`[${text}]`))
    .map((entry) => csvLine(columns.map((column) => entry[column])))
    .join("");
}
