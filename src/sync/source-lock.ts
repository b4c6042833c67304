import Database from "better-sqlite3";

/**
 * Locks a source against every other sync of it, in this process or another, or answers undefined when one
 * is under way. The lock is a write lock on a small SQLite file beside the catalogue: the operating system
 * frees it when the process dies, however it dies.
 */
export function lockSource(catalogueFile: string, sourceId: number): Disposable | undefined {
  const lock = new Database(`${catalogueFile}-sync-${sourceId}.lock`);
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
