import { statSync } from "node:fs";
import { type Catalogue, isOfTheDisk, LOG_BYTES } from "./open-catalogue.ts";
import { isBusy } from "./write.ts";

/**
 * Brings what is in SQLite's log into the file and empties the log, which after a first listing is as large as the file. Waits for
 * nobody: while others read or write, or the disk is full, the log stays, and a later commit makes it small.
 */
export function truncateLog({ sqlite }: Catalogue): void {
  const timeout = Number(sqlite.pragma("busy_timeout", { simple: true }));
  sqlite.pragma("busy_timeout = 0");
  try {
    sqlite.pragma("wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (!isOfTheDisk(error) && !isBusy(error)) throw error;
  } finally {
    sqlite.pragma(`busy_timeout = ${timeout}`);
  }
}

/** Whether the log is larger than what SQLite keeps of it by itself: to empty a smaller one only makes the disk work. */
export function hasLargeLog({ file }: Catalogue): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES;
}
