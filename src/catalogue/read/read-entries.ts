import type { Connection } from "../file/connection.ts";
import { joinShared, piecesOfExtra } from "../listing/shared-extra.ts";
import { valuesOf } from "../file/statements.ts";
import { TOLD_COLUMNS } from "../facts/told-columns.ts";

/** What an entry of an answer holds beside `star`, `id`, `name` and `extra`. */
export interface EntryShape {
  /** Adds `backend_id`, in front. */
  readonly withBackend?: boolean;
  /** Adds `publisher`, `trust`, `family`, `latest`, `deprecated_at`, `retired_at` and the columns that are told, at the end. */
  readonly extended?: boolean;
}

/** Images of one source as entries of an answer. */
export interface EntriesOfSource {
  readonly sourceId: number;
  readonly backendId: string;
  /** Row ids, in the order of the answer. */
  readonly rows: readonly number[];
  /** Those of them that are starred. */
  readonly starred: readonly number[];
}

// The JSON is made by SQLite: a row that became a JavaScript string would be decoded and encoded for nothing.
// One `concat` of all pieces copies each once; operators would copy all that is to the left of them.
const entryOf = ({ withBackend, extended }: EntryShape, anyStarred: boolean): string => {
  const star = anyStarred
    ? "CASE WHEN j.value IN (SELECT value FROM json_each(@starred)) THEN 'true' ELSE 'false' END"
    : "'false'";
  const members = [
    ...(withBackend ? [`'{"backend_id":', json_quote(@backendId)`, member("star", star)] : [`'{"star":', ${star}`]),
    member("id", "json_quote(i.image_id)"),
    member("name", "json_quote(i.name)"),
    member("extra", piecesOfExtra("i")),
    ...(extended ? EXTENSION : []),
  ];
  return `concat(${members.join(", ")}, '}')`;
};

const EXTENSION: readonly string[] = [
  member("publisher", "json_quote(i.publisher)"),
  member("trust", "json_quote(i.trust)"),
  member("family", "json_quote((SELECT nullif(f.name, '') FROM families f WHERE f.id = i.family_id))"),
  member("latest", "iif(i.latest, 'true', 'false')"),
  member("deprecated_at", "json_quote(i.deprecated_at)"),
  member("retired_at", "json_quote(i.retired_at)"),
  ...TOLD_COLUMNS.map(({ name, kind }) =>
    member(name, kind === "flag" ? `iif(i.${name}, 'true', 'false')` : `json_quote(i.${name})`),
  ),
];

/** Pieces of an entry: a member of the object, with a comma in front. `value`: one or more expressions of JSON text. */
function member(name: string, value: string): string {
  return `',"${name}":', ${value}`;
}

/** The entries as JSON text in UTF-8, separated by commas, `before` in front of the first. */
export function readEntries(
  { sqlite }: Connection,
  { sourceId, backendId, rows, starred }: EntriesOfSource,
  shape: EntryShape,
  before: string,
): Buffer {
  // A cross join keeps the order of its left side; told to sort, SQLite would copy every entry into a sorter.
  const sql = `SELECT CAST(@before || group_concat(${entryOf(shape, starred.length > 0)}, ',') AS BLOB)
    FROM json_each(@rows) j CROSS JOIN images i ON i.source_id = @sourceId AND i.id = j.value ${joinShared("i")}`;
  const entries = valuesOf<Buffer>(sqlite, sql).get({
    before,
    sourceId,
    rows: JSON.stringify(rows),
    ...(starred.length > 0 && { starred: JSON.stringify(starred) }),
    ...(shape.withBackend && { backendId }),
  });
  if (!entries) throw new Error(`source ${sourceId} has none of the images that were found`);
  return entries;
}
