import { readFileSync } from "node:fs";

/** Kept for the catalogue's connections, clouds, webhooks and logs. */
const KEPT_BACK = 128;
const FEWEST = 32;

/**
 * How many connections a server may hold so that handles are left to read the catalogue with: as Linux tells of this
 * process; undefined where nothing tells, or nothing is limited.
 */
export function connectionLimit(limits = readLimits()): number | undefined {
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return most === undefined ? undefined : Math.max(FEWEST, Number(most) - KEPT_BACK);
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    // Not Linux.
    return "";
  }
}
