import { chmodSync, closeSync, copyFileSync, existsSync, openSync, readSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { ConfigError } from "../../errors.ts";
import { APPLIED, migrationTimes } from "../file/migrations.ts";
import type { PrivateFolder } from "../file/private-folder.ts";
import { refuseAbsent } from "../file/refuse-no-file.ts";

/** A catalogue that somebody else may have made to do harm: its rows are read, nothing of its schema is run. */
export interface ForeignFile extends Disposable {
  readonly file: string;
  readonly sqlite: Database.Database;
  /** The newest migration of the release that wrote it. */
  readonly format: number;
}

const EXPECTED = "expected an imagedex catalogue";

/** As drizzle makes it, white space apart. */
const APPLIED_SQL = `CREATE TABLE "${APPLIED}" ( id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric )`;

/**
 * Opens a catalogue to copy rows from. Nothing is written beside it: one whose last commits are in a `-wal` file is copied into
 * `folder` first. Throws ConfigError, and what SQLite throws of a damaged file.
 */
export function openForeignFile(file: string, folder: PrivateFolder): ForeignFile {
  const sqlite = new Database(isInWal(file) ? copyWithWal(file, folder) : file, { readonly: true });
  try {
    sqlite.pragma("trusted_schema = OFF");
    sqlite.pragma("cell_size_check = ON");
    // quick_check would run them.
    sqlite.pragma("ignore_check_constraints = ON");
    return { file, sqlite, format: readFormat(file, sqlite), [Symbol.dispose]: () => void sqlite.close() };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Throws ConfigError for what is not a file, or an empty or half-written one. */
export function refuseNoCatalogue(file: string): void {
  const found = refuseAbsent(file, { advice: EXPECTED, expected: EXPECTED });
  if (found.size === 0) throw new ConfigError(`${file} is empty; ${EXPECTED}`);
  // SQLite would undo what it says, and delete a file that it names.
  if ((statSync(`${file}-journal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new ConfigError(
      `${file} was not closed properly (it has ${file}-journal); expected a file that is not in use`,
    );
}

/** Bytes 18 and 19: 2 for a file whose commits go to a `-wal` file. */
function isInWal(file: string): boolean {
  const header = Buffer.alloc(20);
  const handle = openSync(file, "r");
  try {
    readSync(handle, header, 0, header.length, 0);
  } finally {
    closeSync(handle);
  }
  return header[18] === 2 || header[19] === 2 || existsSync(`${file}-wal`);
}

function copyWithWal(file: string, folder: PrivateFolder): string {
  const copy = folder.create("foreign.db");
  const wal = `${file}-wal`;
  const before = [stamp(file), stamp(wal)];
  copyFileSync(file, copy);
  if (statSync(wal, { throwIfNoEntry: false })?.isFile()) copyFileSync(wal, folder.create("foreign.db-wal"));
  chmodSync(copy, 0o600);
  if (before[0] !== stamp(file) || before[1] !== stamp(wal))
    throw new ConfigError(
      `${file} is being written; expected a file that is not in use, or one that imagedex export wrote`,
    );
  return copy;
}

function stamp(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.size} ${found.mtimeNs}` : "";
}

/** One line, whatever the file made SQLite say. */
export function damaged(file: string, why: unknown): ConfigError {
  const text = (why instanceof Error ? why.message : String(why)).replace(/[\p{C}\s]+/gu, " ");
  return new ConfigError(`${file} is damaged (${text.slice(0, 200)}); expected a whole catalogue`, { cause: why });
}

function readFormat(file: string, sqlite: Database.Database): number {
  const tables = sqlite.prepare<[], string>("SELECT name FROM sqlite_schema").pluck().all();
  if (tables.length === 0) throw new ConfigError(`${file} is empty; ${EXPECTED}`);
  const made = tableSql(sqlite, APPLIED)
    ?.replace(/\s+/g, " ")
    .replace(/\( ?(.*?) ?\)$/, "( $1 )");
  if (made !== APPLIED_SQL) throw new ConfigError(`${file} is not an imagedex file; ${EXPECTED}`);
  const newest = sqlite.prepare<[], unknown>(`SELECT max(created_at) FROM "${APPLIED}" NOT INDEXED`).pluck().get();
  const times = migrationTimes();
  const format = times.find((time) => time === newest);
  if (format !== undefined) return format;
  throw new ConfigError(
    Number(newest) > Math.max(...times)
      ? `${file} was written by a newer imagedex; use that version or newer`
      : `${file} has an unknown format; ${EXPECTED}`,
  );
}

/** The statement that made a table; undefined where the name is another thing's, or several things'. */
export function tableSql(sqlite: Database.Database, name: string): string | undefined {
  const found = sqlite
    .prepare<[string], { type: unknown; sql: unknown }>("SELECT type, sql FROM sqlite_schema WHERE lower(name) = ?")
    .all(name);
  const [only] = found;
  return found.length === 1 && only?.type === "table" && typeof only.sql === "string" ? only.sql : undefined;
}
