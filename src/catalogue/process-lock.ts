import Database from "better-sqlite3";
import { createPrivateFile } from "./private-file.ts";

/**
 * Holds `file` against every other process and thread that asks for it, or answers undefined when one of them holds it.
 * The lock is a write lock on a small SQLite file: the operating system frees it when the process dies, however it dies.
 */
export function lockFile(file: string): Disposable | undefined {
  createPrivateFile(file);
  const lock = new Database(file);
  try {
    lock.pragma("busy_timeout = 0");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => void lock.close() };
}
