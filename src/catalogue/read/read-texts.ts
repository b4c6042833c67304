import type Database from "better-sqlite3";
import { foldedFields, SEARCHABLE, type SearchableRow } from "../facts/searched-texts.ts";
import { createStatements, createValueStatements } from "../file/statements.ts";

const names = createValueStatements<string>();
const rows = createStatements<SearchableRow>();

/** The folded texts of an image's row that are searched: its name at once, the others only when it is not enough. */
export function* readTexts(db: Database.Database, row: number): Generator<string, void> {
  const name = names(db, "SELECT folded_name FROM images WHERE id = ?").get(row);
  if (name === undefined) return;
  yield name;
  const image = rows(db, `SELECT ${SEARCHABLE} FROM images WHERE id = ?`).get(row);
  if (image) yield* foldedFields(image).all;
}
