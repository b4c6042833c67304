import { setTimeout as delay } from "node:timers/promises";
import { BusyError, StorageError } from "../../errors.ts";
import { type Catalogue, explain, isOfTheDisk } from "./open-catalogue.ts";

/** A large commit holds SQLite's one write lock for some seconds; nothing waits longer than this for it. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 10;
/** Then it may be tried again: in seconds. */
const RETRY_AFTER_S = 5;

/**
 * Runs `action` in one write transaction, waiting for the lock without blocking the event loop
 * (SQLite's own busy handler would). `action` must be synchronous; it runs once. Rejects with StorageError, naming the file,
 * when the disk does not take it, and with BusyError when others hold the lock for longer than `patienceMs`.
 */
export async function write<T>({ sqlite, file }: Catalogue, action: () => T, patienceMs = PATIENCE_MS): Promise<T> {
  const timeout = Number(sqlite.pragma("busy_timeout", { simple: true }));
  const deadline = performance.now() + patienceMs;
  for (;;) {
    sqlite.pragma("busy_timeout = 0");
    try {
      return sqlite.transaction(action).immediate();
    } catch (error) {
      if (isOfTheDisk(error)) throw new StorageError(explain(file, error), { cause: error });
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline)
        throw new BusyError("another process is writing the catalogue; try again", RETRY_AFTER_S, { cause: error });
    } finally {
      sqlite.pragma(`busy_timeout = ${timeout}`);
    }
    await delay(PAUSE_MS);
  }
}

/** Whether somebody else held SQLite's lock for too long. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
