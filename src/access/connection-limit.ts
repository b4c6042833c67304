import { readFileSync } from "node:fs";

/** File handles kept for the catalogue's connections, clouds, webhooks and logs. */
const KEPT_BACK = 128;
const FEWEST = 32;

/**
 * How many connections a server may hold and still have file handles for the catalogue, by the limits that Linux reports for
 * this process; undefined without limits, or on other systems.
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
