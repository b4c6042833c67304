import Database from "better-sqlite3";
import { StorageError } from "../../errors.ts";
import { explain, isOfTheDisk } from "./open-catalogue.ts";
import { createPrivateFile } from "./private-file.ts";

/**
 * Holds `file` against every other process and thread that asks for it, or answers undefined when one of them holds it.
 * Throws StorageError when the disk does not take it. The lock is a write lock on a small SQLite file: the operating system frees it when the process dies, however it dies.
 */
export function lockFile(file: string): Disposable | undefined {
  const lock = openLock(file);
  try {
    lock.pragma("busy_timeout = 0");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return undefined;
    throw isOfTheDisk(error) ? new StorageError(explain(file, error), { cause: error }) : error;
  }
  return { [Symbol.dispose]: () => void lock.close() };
}

function openLock(file: string): Database.Database {
  try {
    createPrivateFile(file);
    return new Database(file);
  } catch (cause) {
    throw new StorageError(explain(file, cause), { cause });
  }
}
