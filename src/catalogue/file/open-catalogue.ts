import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { ConfigError } from "../../errors.ts";
import { fold } from "../../fold.ts";
import { newestFirstKey } from "../../version-order.ts";
import { APPLIED, migrationTimes, MIGRATIONS } from "./migrations.ts";
import type { Connection } from "./connection.ts";
import { createPrivateFile } from "./private-file.ts";
import { forgetOrigin, guardReplica, isReplica } from "./replica.ts";
import { refuseAbsent, refuseNoFile } from "./refuse-no-file.ts";
import { valuesOf } from "./statements.ts";

/** One connection to the catalogue's SQLite file. */
export interface Catalogue extends Connection, Disposable {
  readonly file: string;
  readonly orm: BetterSQLite3Database;
}

const EXPECTED = "expected an imagedex catalogue";

/** A reader never waits for a writer (WAL); a writer waits this long for another before it reports busy. */
const BUSY_TIMEOUT_MS = 5_000;
/** Page cache of a connection, in KiB. */
const CACHE_KIB = 64 * 1024;
/** A log that has become larger is cut to this when it begins anew. */
export const LOG_BYTES = 8 * 1024 * 1024;
/** Long reads visit most pages once, and many may run at a time. */
const READER_CACHE_KIB = 1024;

interface OpenOptions {
  readonly mustExist?: boolean | undefined;
  /**
   * The file is a node's copy of its record. `guarded`: this connection cannot change rows of the record. `own`: it can, because it
   * is the follower's. Without this option such a file is refused; with it, any other file is.
   */
  readonly replica?: "guarded" | "own" | undefined;
}

/**
 * Opens the catalogue, creating the file (for its owner alone) and its folder, and applies the migrations that it lacks.
 * Throws ConfigError, naming the file, when it cannot be used: no permission, not a database, damaged,
 * or written by a newer imagedex. With `mustExist` nothing is created, and a file that is absent or empty is refused too.
 */
export function openCatalogue(file: string, { mustExist = false, replica }: OpenOptions = {}): Catalogue {
  try {
    if (mustExist) {
      refuseAbsent(file, {
        advice:
          "check IMAGEDEX_DATABASE, start a new catalogue with: imagedex backends add, or ask a running server with: --server URL",
        expected: EXPECTED,
      });
    } else if (file !== ":memory:") {
      refuseNoFile(file, `${EXPECTED} or a new file`);
      mkdirSync(dirname(file), { recursive: true });
      // Its log and index get the same mode.
      createPrivateFile(file);
    }
    const sqlite = new Database(file, { fileMustExist: mustExist });
    try {
      if (refuseNewer(sqlite, file) === "empty" && mustExist) throw new ConfigError(`${file} is empty; ${EXPECTED}`);
      configure(sqlite);
      const orm = drizzle(sqlite);
      migrate(orm, { migrationsFolder: MIGRATIONS });
      if (replica === undefined) {
        refuseReplica(sqlite, file);
        forgetOrigin(sqlite);
      }
      if (replica === "guarded") guardReplica({ sqlite });
      return { file, sqlite, orm, [Symbol.dispose]: () => void sqlite.close() };
    } catch (error) {
      sqlite.close();
      throw error;
    }
  } catch (cause) {
    throw cause instanceof ConfigError ? cause : new ConfigError(explain(file, cause), { cause });
  }
}

/** A further connection to an open catalogue: for another thread, or for a long read. */
export function openReader(file: string): Catalogue {
  const sqlite = new Database(file, { readonly: true, fileMustExist: true });
  configure(sqlite, READER_CACHE_KIB);
  return { file, sqlite, orm: drizzle(sqlite), [Symbol.dispose]: () => void sqlite.close() };
}

/**
 * Opens a catalogue that may be another instance's, only to read it: nothing is created, nothing migrated. Throws ConfigError,
 * naming the file, as openCatalogue does, and when there is none.
 */
export function openForeign(file: string): Catalogue {
  try {
    refuseAbsent(file, { advice: EXPECTED, expected: EXPECTED });
    const catalogue = openReader(file);
    try {
      if (refuseNewer(catalogue.sqlite, file) === "empty") throw new ConfigError(`${file} is empty; ${EXPECTED}`);
      return catalogue;
    } catch (error) {
      catalogue[Symbol.dispose]();
      throw error;
    }
  } catch (cause) {
    throw cause instanceof ConfigError ? cause : new ConfigError(explain(file, cause), { cause });
  }
}

/**
 * Changes with every commit, by this connection or another: while it is the same, nothing need be read again. Takes some
 * microseconds. What another connection commits while a piece of synchronous code runs is seen after it, or in a transaction.
 */
export function catalogueVersion({ sqlite }: Catalogue): string {
  return `${dataVersion(sqlite)}.${valuesOf<number>(sqlite, "SELECT total_changes()").get()}`;
}

/** Until the code that runs has ended. */
const seen = new WeakMap<Database.Database, number | undefined>();

/** Asking takes locks in the file, and a request needs it several times. */
function dataVersion(sqlite: Database.Database): number | undefined {
  const read = (): number | undefined => valuesOf<number>(sqlite, "PRAGMA data_version").get();
  // A transaction may see a later state than the one before it.
  if (sqlite.inTransaction) return read();
  let version = seen.get(sqlite);
  if (version === undefined) {
    seen.set(sqlite, (version = read()));
    queueMicrotask(() => seen.delete(sqlite));
  }
  return version;
}

/** From now on this connection reads one state of the catalogue, until it is closed. */
export function beginSnapshot({ sqlite }: Catalogue): void {
  sqlite.exec("BEGIN");
}

/** Gives a connection another page cache, in KiB. */
export function resizeCache({ sqlite }: Catalogue, kib: number): void {
  sqlite.pragma(`cache_size = -${kib}`);
}

function configure(sqlite: Database.Database, cacheKib = CACHE_KIB): void {
  if (!sqlite.readonly) sqlite.pragma("journal_mode = WAL");
  sqlite.pragma(`journal_size_limit = ${LOG_BYTES}`);
  sqlite.pragma("synchronous = NORMAL");
  sqlite.pragma("foreign_keys = ON");
  // What a file's own schema says may not call our functions, nor anything else that reaches outside.
  sqlite.pragma("trusted_schema = OFF");
  sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  sqlite.pragma(`cache_size = -${cacheKib}`);
  sqlite.function("fold", { deterministic: true }, (text) => (typeof text === "string" ? fold(text) : null));
  sqlite.function("newest_first", { deterministic: true }, (text) => newestFirstKey(String(text)));
}

/** A scheduler that wrote into the copy would silently diverge from the record. */
function refuseReplica(sqlite: Database.Database, file: string): void {
  if (isReplica(sqlite))
    throw new ConfigError(`${file} is a node's copy of its record; set IMAGEDEX_DATABASE to the record (postgres://…)`);
}

/** Throws ConfigError for what this version cannot read. */
function refuseNewer(sqlite: Database.Database, file: string): "empty" | "readable" {
  const tables = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  if (tables.length === 0) return "empty";
  if (!tables.includes(APPLIED)) {
    throw new ConfigError(`${file} is a SQLite file of another program; expected an imagedex catalogue or a new file`);
  }
  const applied = sqlite.prepare(`SELECT max(created_at) FROM ${APPLIED}`).pluck().get();
  if (Number(applied) > Math.max(...migrationTimes())) {
    throw new ConfigError(`${file} was written by a newer imagedex; use that version or newer`);
  }
  return "readable";
}

/** What SQLite or the file system said of a file, and what was expected. */
export function explain(file: string, cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "SQLITE_NOTADB") return `${file} is not a SQLite database; expected an imagedex catalogue or a new file`;
  if (code.startsWith("SQLITE_CORRUPT"))
    return `${file} is damaged (${code}); restore it from a backup or start a new file`;
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS")
    return `${file} is read-only; this user must be able to write the file and its folder`;
  if (code.startsWith("SQLITE_CANTOPEN") || code === "EACCES" || code === "EPERM")
    return `${file} cannot be opened; this user must be able to read and write the file and its folder`;
  if (code === "SQLITE_FULL" || code === "ENOSPC") return `${file} cannot be written: the disk is full`;
  if (code === "SQLITE_IOERR_WRITE") return `${file} cannot be written: the disk or a limit of this user is full`;
  return `${file} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
}

/** Whether SQLite could not read or write its file. */
export function isOfTheDisk(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(error.code);
}
