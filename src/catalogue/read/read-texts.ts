import type { Connection } from "../file/connection.ts";
import { foldedFields, SEARCHABLE, type SearchableRow } from "../facts/searched-texts.ts";
import { rowsOf, valuesOf } from "../file/statements.ts";

/** The folded texts of an image's row that are searched: its name at once, the others only when it is not enough. */
export function* readTexts({ sqlite }: Connection, row: number): Generator<string, void> {
  const name = valuesOf<string>(sqlite, "SELECT folded_name FROM images WHERE id = ?").get(row);
  if (name === undefined) return;
  yield name;
  const image = rowsOf<SearchableRow>(sqlite, `SELECT ${SEARCHABLE} FROM images WHERE id = ?`).get(row);
  if (image) yield* foldedFields(image).all;
}
