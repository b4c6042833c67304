import { setTimeout as delay } from "node:timers/promises";
import { StorageError } from "../errors.ts";
import { type Catalogue, explain, isOfTheDisk } from "./open-catalogue.ts";

/** A large commit holds SQLite's one write lock for some seconds; nothing waits longer than this for it. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 10;

/**
 * Runs `action` in one write transaction, waiting for the lock without blocking the event loop
 * (SQLite's own busy handler would). `action` must be synchronous; it runs once. Rejects with StorageError, naming the file,
 * when the disk does not take it.
 */
export async function write<T>({ sqlite, file }: Catalogue, action: () => T): Promise<T> {
  const timeout = Number(sqlite.pragma("busy_timeout", { simple: true }));
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    sqlite.pragma("busy_timeout = 0");
    try {
      return sqlite.transaction(action).immediate();
    } catch (error) {
      if (isOfTheDisk(error)) throw new StorageError(explain(file, error), { cause: error });
      if (!isBusy(error) || performance.now() > deadline) throw error;
    } finally {
      sqlite.pragma(`busy_timeout = ${timeout}`);
    }
    await delay(PAUSE_MS);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
